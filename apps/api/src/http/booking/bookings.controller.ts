import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type BookingFilter, BookingHistoryQueries, BookingQueries } from '@projections/booking';
import { Agenda, appointmentOf, Booking, Bookings } from '@yoyaku/booking';
import { AggregateStore, type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { instant, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  type FieldError,
  IdParam,
  invalid,
  ListQuery,
  ofAggregate,
  type Principal,
  Query,
  QueryString,
  Rights,
  result,
  User,
} from '../conventions';
import { BookingRights } from './booking-rights';
import {
  BookBody,
  BookingPage,
  BookingsQuery,
  BookingView,
  ChangeBookingBody,
  HistoryPage,
  ReasonBody,
} from './bookings.dto';
import { appointmentView, bookingView, historyItem, rowView } from './bookings.views';

@ApiTags('Bookings')
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly bookings: Bookings,
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly queries: BookingQueries,
    private readonly histories: BookingHistoryQueries,
    private readonly bookingRights: BookingRights,
    private readonly rights: Rights,
  ) {}

  @Command('POST', '', {
    access: 'verified',
    summary: 'Book a service, or plan a private appointment',
    creates: BookingView,
    refuses: [404],
  })
  async requestBooking(
    @Body() body: BookBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    if (isAppointment(body)) return this.plan(body, user, context);
    const { businessId, serviceId, start, resourceIds = [], partySize = 1, note = null, customerId } = body;
    ensureFields([
      [businessId === undefined, { path: 'businessId', code: 'required' }],
      [serviceId === undefined, { path: 'serviceId', code: 'required' }],
      [body.title !== undefined, { path: 'title', code: 'unknown_field' }],
      [body.end !== undefined, { path: 'end', code: 'unknown_field' }],
    ]);
    if (customerId) await this.rights.ensureMay(user, 'bookings:create', businessId as Uuid);
    const within = customerId ? await this.rights.limitsOf(user, businessId as Uuid) : [];
    const outcome = await this.bookings.request(
      {
        businessId: businessId as Uuid,
        serviceId: serviceId as Uuid,
        resourceIds,
        partySize,
        note,
        within,
        start: instant(start),
        whom: customerId ? { customerId } : { userId: user.userId },
      },
      context,
    );
    return created(outcome, bookingView(outcome), `/bookings/${outcome.id}`);
  }

  @Query('', {
    access: 'user',
    summary: 'One’s own bookings, or those of a business to its people',
    answers: BookingPage,
    refuses: [404],
    reads: ['bookings'],
  })
  async listBookings(
    @QueryString() { limit, cursor, sort, mine = false, ...filter }: BookingsQuery,
    @User() user: Principal,
  ): Promise<BookingPage> {
    const visible = { ...filter, ...(await this.visibleTo(user, mine, filter.businessId)) };
    const { items, nextCursor } = await this.queries.list(visible, { limit, cursor, sort });
    return { items: items.map(rowView), nextCursor };
  }

  @Query(':id', {
    access: 'user',
    summary: 'One booking',
    answers: BookingView,
    reads: ['bookings'],
    about: ofAggregate(Booking, 'id'),
  })
  async getBooking(@IdParam('id') id: Uuid, @User() user: Principal): Promise<BookingView> {
    return rowView(await this.bookingRights.readable(user, id));
  }

  @Query(':id/history', {
    access: 'user',
    summary: 'What happened to a booking, event by event',
    answers: HistoryPage,
    reads: ['bookings', 'booking-history'],
    about: ofAggregate(Booking, 'id'),
  })
  async listBookingHistory(
    @IdParam('id') id: Uuid,
    @QueryString() { limit, cursor }: ListQuery,
    @User() user: Principal,
  ): Promise<HistoryPage> {
    const booking = await this.bookingRights.readable(user, id);
    const { items, nextCursor } = await this.histories.of(booking, { limit, cursor });
    return { items: items.map(historyItem), nextCursor };
  }

  @Command('PUT', ':id', {
    access: 'user',
    summary: 'Change the details of a booking, or a private appointment',
    answers: BookingView,
    refuses: [403],
  })
  async changeBooking(
    @IdParam('id') id: Uuid,
    @Body() { note, title, start, end }: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const booking = await this.bookingRights.find(id);
    if (!booking) {
      ensureFields([[note !== undefined, { path: 'note', code: 'unknown_field' }]]);
      const data = {
        appointmentId: id,
        userId: user.userId,
        ...(title !== undefined && { title }),
        ...(start !== undefined && { start: instant(start) }),
        ...(end !== undefined && { end: instant(end) }),
      };
      const outcome = await this.commands.execute(Agenda, user.userId, { type: 'ChangeAppointment', data }, context);
      return result(outcome, appointmentView(appointmentOf(outcome.state, id), outcome));
    }
    await this.bookingRights.partyOf(user, booking, 'bookings:update');
    ensureFields(
      Object.entries({ title, start, end }).map(([path, value]) => [
        value !== undefined,
        { path, code: 'unknown_field' },
      ]),
    );
    const change = { type: 'ChangeBookingDetails', data: { note: note === undefined ? booking.note : note } } as const;
    const outcome = await this.commands.execute(Booking, id, change, context);
    return result(outcome, bookingView(outcome));
  }

  @Command('PATCH', ':id', {
    access: 'user',
    summary: 'Change the details of a booking, or a private appointment',
    answers: BookingView,
    deprecated: true,
    refuses: [403],
  })
  patchBooking(
    @IdParam('id') id: Uuid,
    @Body() body: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.changeBooking(id, body, user, context);
  }

  @Command('DELETE', [':id', ':id/cancel'], {
    access: 'user',
    summary: 'Cancel a booking, or a private appointment',
    answers: BookingView,
    refuses: [403],
  })
  async cancelBooking(
    @IdParam('id') id: Uuid,
    @Body() { reason }: ReasonBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const booking = await this.bookingRights.find(id);
    if (booking) {
      const by = await this.bookingRights.partyOf(user, booking, 'bookings:cancel');
      const outcome = await this.bookings.cancel(id, by, reason ?? null, context);
      return result(outcome, bookingView(outcome));
    }
    const { state } = await this.aggregates.load(Agenda, user.userId, 'requireLoad');
    const appointment = appointmentOf(state, id);
    const data = { appointmentId: id, userId: user.userId };
    const outcome = await this.commands.execute(Agenda, user.userId, { type: 'CancelAppointment', data }, context);
    const cancelled = { ...appointment, updatedAt: outcome.updatedAt ?? appointment.updatedAt };
    return result(outcome, { ...appointmentView(cancelled, outcome), status: 'cancelled' });
  }

  /**
   * All bookings of a business to its people as far as their locations go, all but private appointments to admins,
   * one's own to others.
   */
  private async visibleTo(user: Principal, mine: boolean, businessId: Uuid | undefined): Promise<BookingFilter> {
    const own = { userId: user.userId };
    if (mine) return own;
    if (businessId) {
      if (!(await this.rights.may(user, 'bookings:read', businessId))) return own;
      const within = await this.rights.limitsOf(user, businessId);
      return within.length > 0 ? { within } : {};
    }
    return user.role === 'admin' ? { ofAnyBusiness: true } : own;
  }

  private async plan(
    { title, start, end, ...rest }: BookBody,
    { userId }: Principal,
    context: CommandContext,
  ): Promise<Answer<BookingView>> {
    ensureFields([
      [title === undefined, { path: 'title', code: 'required' }],
      [end === undefined, { path: 'end', code: 'required' }],
      ...(['resourceIds', 'partySize', 'customerId', 'note'] as const).map(
        (path) => [rest[path] !== undefined, { path, code: 'unknown_field' }] as const,
      ),
    ]);
    const appointmentId = idFor(context, 'booking');
    const times = { start: instant(start), end: instant(end as string) };
    const data = { appointmentId, userId, title: title as string, ...times };
    const outcome = await this.commands.execute(Agenda, userId, { type: 'PlanAppointment', data }, context);
    const appointment = appointmentOf(outcome.state, appointmentId);
    return created(outcome, appointmentView(appointment, outcome), `/bookings/${appointmentId}`);
  }
}

/** A `businessId` alone does not make it a booking, because it may come from the host name or a header. */
const isAppointment = ({ serviceId, title, end }: BookBody): boolean =>
  serviceId === undefined && (title !== undefined || end !== undefined);

/** Throws 400 with each error whose condition holds. */
function ensureFields(checks: readonly (readonly [boolean, FieldError])[]): void {
  const errors = checks.flatMap(([isWrong, error]) => (isWrong ? [error] : []));
  if (errors.length > 0) throw invalid(...errors);
}
