import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingHistoryQueries, BookingQueries, type BookingRow } from '@projections/booking';
import { businessOf, locationsOf, type Scope } from '@yoyaku/access';
import { Agenda, appointmentOf, Booking, GiveUpBooking, RequestBooking, refusalsOf } from '@yoyaku/booking';
import type { Permission } from '@yoyaku/business';
import { AggregateStore, type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { DomainError, instant, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type Answer,
  Command,
  Ctx,
  created,
  type FieldError,
  IdParam,
  InScope,
  inBody,
  inQuery,
  invalid,
  ListQuery,
  ofThing,
  type Principal,
  Query,
  QueryString,
  result,
  type Self,
  User,
} from '../conventions';
import { BookingExpansions } from './booking-expansions';
import { BookBody, BookingQuery, BookingsQuery, CancelBody, ChangeBookingBody, EXPANDS } from './bookings.dto';
import {
  appointmentView,
  BookingPage,
  BookingView,
  bookingView,
  HistoryPage,
  historyItem,
  partyOf,
  rowView,
} from './bookings.views';

/** To others than its people, bookings are one's own or not there. */
const READ = { permission: 'bookings:read', of: ofThing(Booking, 'id'), self: 'always' } as const;

/** Whose booking it is acts as its customer, also where they work for the business. */
const change = (permission: Permission) => ({ permission, of: ofThing(Booking, 'id'), self: 'first' }) as const;

const CHANGE = {
  access: change('bookings:update'),
  summary: 'Change the details of a booking, or a private appointment',
  answers: BookingView,
  refuses: [
    'booking.appointment_too_long',
    'booking.ends_before_start',
    ...refusalsOf('ChangeBookingDetails'),
    'booking.slot_taken',
    'booking.too_soon',
    'person.erased',
  ],
} as const;

/** Whoever names a customer asks for the business, everybody else for themselves. */
const bookFor = ({ body }: FastifyRequest): Self =>
  ((body as BookBody | null)?.customerId ?? null) === null ? 'only' : 'never';

@ApiTags('Bookings')
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly queries: BookingQueries,
    private readonly histories: BookingHistoryQueries,
    private readonly expansions: BookingExpansions,
  ) {}

  @Command('POST', '', {
    access: {
      permission: 'bookings:create',
      of: inBody('businessId'),
      self: bookFor,
      verified: true,
    },
    summary: 'Book a service, or plan a private appointment',
    creates: BookingView,
    refuses: [
      'booking.abandoned',
      'booking.appointment_too_long',
      'booking.business_closed',
      'booking.customer_blocked',
      'booking.ends_before_start',
      'booking.off_grid',
      'booking.outside_hours',
      'booking.party_too_large',
      'booking.resource_unsuitable',
      'booking.slot_taken',
      'booking.too_far',
      'booking.too_soon',
      'customer.erased',
      'customer.not_found',
      'location.unknown',
      'service.not_found',
    ],
  })
  async requestBooking(
    @Body() body: BookBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    if (isAppointment(body)) return this.plan(body, user, context);
    const { businessId, serviceId, start, resourceIds = [], partySize = 1, note = null, customerId } = body;
    const { locationId, override } = body;
    const by = partyOf(context);
    ensureFields([
      [businessId === undefined, { path: 'businessId', code: 'required' }],
      [serviceId === undefined, { path: 'serviceId', code: 'required' }],
      [body.title !== undefined, { path: 'title', code: 'unknown_field' }],
      [body.end !== undefined, { path: 'end', code: 'unknown_field' }],
      [by === 'customer' && override !== undefined, { path: 'override', code: 'unknown_field' }],
    ]);
    const request = {
      businessId: businessId as Uuid,
      serviceId: serviceId as Uuid,
      resourceIds,
      locationId,
      partySize,
      note,
      within: locationsOf(context.scope),
      start: instant(start),
      whom: by === 'business' ? { customerId: customerId as Uuid } : { userId: user.userId },
      by,
      override,
    };
    const outcome = await this.commands.send(new RequestBooking(request, context));
    return created(outcome, bookingView(outcome), `/bookings/${outcome.id}`);
  }

  @Query('', {
    access: {
      permission: 'bookings:read',
      of: inQuery('businessId'),
      self: ({ query }) => ((query as { mine?: unknown }).mine === 'true' ? 'only' : 'always'),
    },
    summary: 'One’s own bookings, or those of a business to its people',
    answers: BookingPage,
    reads: ['bookings'],
    expands: EXPANDS,
  })
  async listBookings(
    @QueryString() { limit, cursor, sort, mine: _, expand, ...filter }: BookingsQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<BookingPage> {
    const { items, nextCursor } = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { items: await this.expansions.expand(items.map(rowView), expand, request), nextCursor };
  }

  @Query(':id', {
    access: READ,
    summary: 'One booking',
    answers: BookingView,
    reads: ['bookings'],
    expands: EXPANDS,
  })
  async getBooking(
    @IdParam('id') id: Uuid,
    @QueryString() { expand }: BookingQuery,
    @InScope() scope: Scope,
    @Req() request: FastifyRequest,
  ): Promise<BookingView> {
    const booking = rowView(await this.found(scope, id));
    const [expanded = booking] = await this.expansions.expand([booking], expand, request);
    return expanded;
  }

  @Query(':id/history', {
    access: READ,
    summary: 'What happened to a booking, event by event',
    answers: HistoryPage,
    reads: ['bookings', 'booking-history'],
  })
  async listBookingHistory(
    @IdParam('id') id: Uuid,
    @QueryString() { limit, cursor }: ListQuery,
    @InScope() scope: Scope,
  ): Promise<HistoryPage> {
    const booking = await this.found(scope, id);
    const { items, nextCursor } = await this.histories.of(booking, { limit, cursor });
    return { items: items.map(historyItem), nextCursor };
  }

  @Command('PUT', ':id', CHANGE)
  async changeBooking(
    @IdParam('id') id: Uuid,
    @Body() { note, title, start, end }: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    if (isOwnAppointment(context)) {
      if (note !== undefined) {
        // Whoever has no such appointment is told only that: a booking of somebody else may have the id.
        appointmentOf((await this.aggregates.load(Agenda, user.userId, 'requireLoad')).state, id);
        throw invalid({ path: 'note', code: 'unknown_field' });
      }
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
    ensureFields(
      Object.entries({ title, start, end }).map(([path, value]) => [
        value !== undefined,
        { path, code: 'unknown_field' },
      ]),
    );
    const command = { type: 'ChangeBookingDetails', data: { by: partyOf(context), note } } as const;
    const outcome = await this.commands.execute(Booking, id, command, context);
    return result(outcome, bookingView(outcome));
  }

  @Command('PATCH', ':id', { ...CHANGE, deprecated: true })
  patchBooking(
    @IdParam('id') id: Uuid,
    @Body() body: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    return this.changeBooking(id, body, user, context);
  }

  @Command('DELETE', [':id', ':id/cancel'], {
    access: change('bookings:cancel'),
    summary: 'Cancel a booking, or a private appointment',
    answers: BookingView,
    refuses: refusalsOf('CancelBooking'),
  })
  async cancelBooking(
    @IdParam('id') id: Uuid,
    @Body() { reason, onBehalfOfCustomer }: CancelBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<BookingView>> {
    const by = partyOf(context);
    ensureFields([
      [by === 'customer' && onBehalfOfCustomer !== undefined, { path: 'onBehalfOfCustomer', code: 'unknown_field' }],
    ]);
    if (!isOwnAppointment(context)) {
      const cancel = {
        type: 'CancelBooking',
        data: { by: onBehalfOfCustomer ? 'customer' : by, reason: reason ?? null },
      } as const;
      const outcome = await this.commands.send(new GiveUpBooking(id, cancel, context));
      return result(outcome, bookingView(outcome));
    }
    const { state } = await this.aggregates.load(Agenda, user.userId, 'requireLoad');
    const appointment = appointmentOf(state, id);
    const data = { appointmentId: id, userId: user.userId };
    const outcome = await this.commands.execute(Agenda, user.userId, { type: 'CancelAppointment', data }, context);
    const cancelled = { ...appointment, updatedAt: outcome.updatedAt ?? appointment.updatedAt };
    return result(outcome, { ...appointmentView(cancelled, outcome), status: 'cancelled' });
  }

  private async found(scope: Scope, id: Uuid): Promise<BookingRow> {
    const booking = await this.queries.find(scope, id);
    if (!booking) throw new DomainError('booking.not_found');
    return booking;
  }

  private async plan(
    { title, start, end, ...rest }: BookBody,
    { userId }: Principal,
    context: CommandContext,
  ): Promise<Answer<BookingView>> {
    ensureFields([
      [title === undefined, { path: 'title', code: 'required' }],
      [end === undefined, { path: 'end', code: 'required' }],
      ...(['resourceIds', 'locationId', 'partySize', 'customerId', 'note', 'override'] as const).map(
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

/** An id that names no booking is a private appointment's, and those are of no business. */
const isOwnAppointment = ({ scope }: CommandContext): boolean => businessOf(scope) === null;

/** A `businessId` alone does not make it a booking, because it may come from the host name or a header. */
const isAppointment = ({ serviceId, title, end }: BookBody): boolean =>
  serviceId === undefined && (title !== undefined || end !== undefined);

/** Throws 400 with each error whose condition holds. */
function ensureFields(checks: readonly (readonly [boolean, FieldError])[]): void {
  const errors = checks.flatMap(([isWrong, error]) => (isWrong ? [error] : []));
  if (errors.length > 0) throw invalid(...errors);
}
