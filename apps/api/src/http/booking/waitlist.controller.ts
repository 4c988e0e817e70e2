import { Body, Controller, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WaitlistQueries } from '@projections/booking';
import { locationsOf, type Scope } from '@yoyaku/access';
import { AcceptOffer, CheckInCodes, GiveUpEntry, JoinWaitlist, WaitlistTicket } from '@yoyaku/booking';
import type { Permission } from '@yoyaku/business';
import { type CommandContext, Commands } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';
import {
  type Answer,
  Command,
  Ctx,
  created,
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
import { BookedFor, selfUnlessCustomerNamed } from './booked-for';
import { BookingView, bookingView, partyOf } from './bookings.views';
import { JoinWaitlistBody, WaitlistQuery } from './waitlist.dto';
import { entryRowView, entryView, WaitlistEntryView, WaitlistPage } from './waitlist.views';

const ofEntry = ofThing(WaitlistTicket, 'id', 'waitlist');

/** Whose it is answers for themselves, also where they work for the business. */
const answer = (permission: Permission) => ({ permission, of: ofEntry, self: 'first' }) as const;

const NO_OFFER = ['waitlist.ended', 'waitlist.no_offer', 'waitlist.not_found', 'waitlist.offer_lapsed'] as const;

@ApiTags('Waitlist')
@Controller('waitlist')
export class WaitlistController {
  constructor(
    private readonly commands: Commands,
    private readonly queries: WaitlistQueries,
    private readonly bookedFor: BookedFor,
    private readonly codes: CheckInCodes,
  ) {}

  @Command('POST', '', {
    access: { permission: 'bookings:create', of: inBody('businessId'), self: selfUnlessCustomerNamed, verified: true },
    summary: 'Wait for a service on some dates; what becomes free is offered to those who wait, in their order',
    description: 'Whoever waits for the very same already is answered with that',
    creates: WaitlistEntryView,
    refuses: [
      'access.own',
      'booking.business_closed',
      'booking.customer_blocked',
      'booking.party_too_large',
      'booking.resource_unsuitable',
      'customer.erased',
      'customer.not_found',
      'location.unknown',
      'service.not_found',
      'waitlist.dates_passed',
      'waitlist.ends_before_start',
      'waitlist.full',
      'waitlist.too_many_days',
      'waitlist.too_often',
    ],
  })
  async joinWaitlist(
    @Body() body: JoinWaitlistBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
    @Req() httpRequest: FastifyRequest,
  ): Promise<Answer<WaitlistEntryView>> {
    const { businessId, serviceId, from, to, resourceIds = [], locationId, partySize = 1, customerId } = body;
    const whom = await this.bookedFor.whom({ businessId, customerId }, user, context, httpRequest);
    const request = {
      businessId,
      serviceId,
      from,
      to,
      resourceIds,
      locationId,
      partySize,
      whom,
      atLocations: locationsOf(context.scope),
    };
    const joined = await this.commands.send(new JoinWaitlist(request, context));
    return created(joined.line, entryView(joined), `/waitlist/${joined.entryId}`);
  }

  @Query('', {
    access: {
      permission: 'bookings:read',
      of: inQuery('businessId'),
      self: ({ query }) => ((query as { mine?: unknown }).mine === 'true' ? 'only' : 'always'),
    },
    summary: 'What one waits for, or the lines of a business to its people; who came first is first',
    answers: WaitlistPage,
    reads: ['waitlist'],
  })
  async listWaitlist(
    @QueryString() { limit, cursor, sort, mine: _, ...filter }: WaitlistQuery,
    @InScope() scope: Scope,
  ): Promise<WaitlistPage> {
    const { items, nextCursor } = await this.queries.list(scope, filter, { limit, cursor, sort });
    return { items: items.map(entryRowView), nextCursor };
  }

  @Query(':id', {
    access: { permission: 'bookings:read', of: ofEntry, self: 'else' },
    summary: 'An entry of a waitlist: its place in the line, or what is offered and until when',
    answers: WaitlistEntryView,
    reads: ['waitlist'],
    refuses: ['waitlist.not_found'],
  })
  async getWaitlistEntry(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<WaitlistEntryView> {
    const row = await this.queries.find(scope, id);
    if (!row) throw new DomainError('waitlist.not_found');
    return entryRowView(row);
  }

  @Command('DELETE', ':id', {
    access: answer('bookings:cancel'),
    summary: 'Wait no more; what was offered goes to the next',
    answers: WaitlistEntryView,
    refuses: ['waitlist.ended', 'waitlist.not_found'],
  })
  async leaveWaitlist(
    @IdParam('id') entryId: Uuid,
    @Ctx() context: CommandContext,
  ): Promise<Answer<WaitlistEntryView>> {
    const command = { type: 'RemoveFromWaitlist', data: { entryId, reason: partyOf(context) } } as const;
    const line = await this.commands.send(new GiveUpEntry(command, context));
    return result(line, entryView({ entryId, line }));
  }

  @Command('POST', ':id/accept', {
    access: answer('bookings:create'),
    summary: 'Book the time that is offered; again it is answered with the same booking',
    creates: BookingView,
    refuses: [
      ...NO_OFFER,
      'booking.business_closed',
      'booking.customer_blocked',
      'customer.not_found',
      'service.not_found',
    ],
  })
  async acceptOffer(@IdParam('id') entryId: Uuid, @Ctx() context: CommandContext): Promise<Answer<BookingView>> {
    const outcome = await this.commands.send(new AcceptOffer(entryId, context));
    return created(outcome, bookingView(outcome, this.codes, context.scope), `/bookings/${outcome.id}`);
  }

  @Command('POST', ':id/decline', {
    access: answer('bookings:cancel'),
    standing: true,
    summary: 'Decline the time that is offered from a waitlist; it goes to the next',
    answers: WaitlistEntryView,
    refuses: NO_OFFER,
  })
  async declineOffer(@IdParam('id') entryId: Uuid, @Ctx() context: CommandContext): Promise<Answer<WaitlistEntryView>> {
    const command = { type: 'DeclineOffer', data: { entryId } } as const;
    const line = await this.commands.send(new GiveUpEntry(command, context));
    return result(line, entryView({ entryId, line }));
  }
}
