import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BookingQueries } from '@projections/booking';
import type { Scope } from '@yoyaku/access';
import { Booking, CheckInCodes, GiveUpBooking, lifecycleRefusals } from '@yoyaku/booking';
import type { Permission } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type Answer,
  Command,
  Ctx,
  ensureFields,
  IdParam,
  InScope,
  inBody,
  inQuery,
  ofThing,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import { selfUnlessCustomerNamed } from './booked-for';
import { BookingExpansions } from './booking-expansions';
import { BookingRequests } from './booking-requests';
import { BookBody, BookingQuery, BookingsQuery, CancelBody, ChangeBookingBody, EXPANDS } from './bookings.dto';
import { BookingPage, BookingView, bookingView, PlannedView, partyOf, rowView } from './bookings.views';
import { PLACING_REFUSES } from './placing';
import { isAppointment, isOwnAppointment, PrivateAppointments } from './private-appointments';
import { foundIn, READ } from './reading';

/** Whose booking it is acts as its customer, also where they work for the business. */
const change = (permission: Permission) => ({ permission, of: ofThing(Booking, 'id'), self: 'first' }) as const;

const CHANGE = {
  access: change('bookings:update'),
  standing: true,
  summary: 'Change the details of a booking, or a private appointment',
  answers: [BookingView, PlannedView],
  refuses: [
    'booking.appointment_too_long',
    'booking.ends_before_start',
    ...lifecycleRefusals('ChangeBookingDetails'),
    'booking.slot_taken',
    'booking.too_soon',
    'person.erased',
  ],
} as const;

@ApiTags('Bookings')
@Controller('bookings')
export class BookingsController {
  constructor(
    private readonly commands: Commands,
    private readonly requests: BookingRequests,
    private readonly appointments: PrivateAppointments,
    private readonly queries: BookingQueries,
    private readonly expansions: BookingExpansions,
    private readonly codes: CheckInCodes,
  ) {}

  @Command('POST', '', {
    access: {
      permission: 'bookings:create',
      of: inBody('businessId'),
      self: selfUnlessCustomerNamed,
      verified: true,
    },
    summary: 'Book a service, or plan a private appointment',
    description: 'Without an `Idempotency-Key`, the same asked for again within a minute is answered as the first time',
    creates: [BookingView, PlannedView],
    refuses: [
      ...PLACING_REFUSES,
      'access.own',
      'booking.appointment_too_long',
      'booking.customer_blocked',
      'booking.ends_before_start',
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
    @Req() httpRequest: FastifyRequest,
  ): Promise<Answer<BookingView>> {
    if (isAppointment(body)) return this.appointments.planFrom(body, user, context, httpRequest);
    const { businessId, serviceId, title, end, override } = body;
    ensureFields([
      [businessId === undefined, { path: 'businessId', code: 'required' }],
      [serviceId === undefined, { path: 'serviceId', code: 'required' }],
      [title !== undefined, { path: 'title', code: 'unknown_field' }],
      [end !== undefined, { path: 'end', code: 'unknown_field' }],
      [partyOf(context) === 'customer' && override !== undefined, { path: 'override', code: 'unknown_field' }],
    ]);
    const wish = { ...body, businessId: businessId as Uuid, serviceId: serviceId as Uuid };
    return this.requests.book(wish, user, context, httpRequest);
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
    ensureFields([
      [scope.as === 'self' && filter.attention !== undefined, { path: 'attention', code: 'unknown_field' }],
    ]);
    const { items, nextCursor } = await this.queries.list(scope, filter, { limit, cursor, sort });
    return {
      items: await this.expansions.expand(
        items.map((row) => rowView(row, this.codes, scope)),
        expand,
        request,
      ),
      nextCursor,
    };
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
    const booking = rowView(await foundIn(this.queries, scope, id), this.codes, scope);
    const [expanded = booking] = await this.expansions.expand([booking], expand, request);
    return expanded;
  }

  @Command('PUT', ':id', CHANGE)
  async changeBooking(
    @IdParam('id') id: Uuid,
    @Body() body: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<BookingView>> {
    if (isOwnAppointment(context)) return this.appointments.change(id, body, user, context, request);
    const { note, title, start, end } = body;
    ensureFields(
      Object.entries({ title, start, end }).map(([path, value]) => [
        value !== undefined,
        { path, code: 'unknown_field' },
      ]),
    );
    const command = { type: 'ChangeBookingDetails', data: { by: partyOf(context), note } } as const;
    const outcome = await this.commands.execute(Booking, id, command, context);
    return result(outcome, bookingView(outcome, this.codes, context.scope));
  }

  @Command('PATCH', ':id', { ...CHANGE, deprecated: true })
  patchBooking(
    @IdParam('id') id: Uuid,
    @Body() body: ChangeBookingBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() request: FastifyRequest,
  ): Promise<Answer<BookingView>> {
    return this.changeBooking(id, body, user, context, request);
  }

  @Command('DELETE', [':id', ':id/cancel'], {
    access: change('bookings:cancel'),
    summary: 'Cancel a booking, or a private appointment',
    answers: BookingView,
    refuses: lifecycleRefusals('CancelBooking'),
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
    if (isOwnAppointment(context)) return this.appointments.cancel(id, user, context);
    const cancel = {
      type: 'CancelBooking',
      data: { by: onBehalfOfCustomer ? 'customer' : by, reason: reason ?? null },
    } as const;
    const outcome = await this.commands.send(new GiveUpBooking(id, cancel, context));
    return result(outcome, bookingView(outcome, this.codes, context.scope));
  }
}
