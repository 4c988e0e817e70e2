import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isBlockedCustomer } from '@yoyaku/customers';
import { AggregateStore, type CommandContext, Commands, idFor, stepOf } from '@yoyaku/eventing';
import {
  atLocal,
  DomainError,
  daysBetween,
  ensure,
  type Instant,
  type LocalDate,
  localDate,
  plusDays,
  type Uuid,
} from '@yoyaku/kernel';
import { ensureSuitable } from '../domain/choices';
import { capacityOf, type Rules } from '../domain/rules';
import { sameWish, Waitlist } from '../domain/waitlist.decider';
import type { WaitlistWish } from '../domain/waitlist.events';
import { WaitlistTicket } from '../domain/waitlist-ticket';
import type { Line } from './offered-time';
import type { BookingRequest } from './request-booking';
import { RuleBook } from './rule-book';
import { Welcome } from './welcome';

export interface WaitlistRequest
  extends Pick<
    BookingRequest,
    'businessId' | 'serviceId' | 'resourceIds' | 'locationId' | 'partySize' | 'whom' | 'atLocations'
  > {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** An entry, and the line that it is in. */
export interface Joined {
  readonly entryId: Uuid;
  readonly line: Line;
}

/**
 * Puts somebody at the end of the line for a service; whoever waits for the very same already keeps their place. Throws
 * `waitlist.dates_passed`, `.too_many_days`, `.full`, `.too_often`, `booking.business_closed`, `.customer_blocked`,
 * `business.subscription_expired`,
 * `.party_too_large`, `.resource_unsuitable`, `service.not_found`, `location.unknown`, `customer.not_found`.
 */
export class JoinWaitlist extends Command<Joined> {
  constructor(
    readonly request: WaitlistRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}

const MOST_DAYS = 366;

@CommandHandler(JoinWaitlist)
export class JoinWaitlistHandler implements ICommandHandler<JoinWaitlist> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly welcome: Welcome,
  ) {}

  async execute({ request, context }: JoinWaitlist): Promise<Joined> {
    const { businessId, serviceId, whom, partySize, from, to, locationId = null } = request;
    const entryId = idFor(context, 'waitlist entry');
    if (await this.aggregates.hasRun(Waitlist, serviceId, context))
      return { entryId, line: await this.aggregates.load(Waitlist, serviceId, 'requireLoad') };
    const { endsAt, resourceIds } = await this.rules.apply(request, async (rules) => {
      await this.welcome.ensure(businessId, whom);
      return waitFor(rules, request, context.at);
    });
    const customer = await this.welcome.customer(businessId, whom, context);
    // They may have been blocked since they were welcome.
    ensure(!isBlockedCustomer(customer), 'booking.customer_blocked');
    const { customerId, userId } = customer;
    const wish: WaitlistWish = { from, to, partySize, resourceIds, locationId };
    const line = await this.aggregates.load(Waitlist, serviceId);
    const same = sameWish(line.state, customerId, wish);
    if (same) return { entryId: same.entryId, line };
    const ticket = { entryId, businessId, serviceId, userId, resourceIds, locationId };
    const step = stepOf(context, 'ticket');
    await this.commands.execute(WaitlistTicket, entryId, { type: 'IssueTicket', data: ticket }, step, 'assumeEmpty');
    const data = { entryId, businessId, serviceId, customerId, userId, ...wish, endsAt };
    const joined = await this.commands.execute(Waitlist, serviceId, { type: 'AddToWaitlist', data }, context);
    return { entryId: sameWish(joined.state, customerId, wish)?.entryId ?? entryId, line: joined };
  }
}

/** What somebody may wait for: what the rules would let them book, were it free. */
function waitFor(
  rules: Rules,
  { from, to, partySize, resourceIds }: WaitlistRequest,
  at: Instant,
): { endsAt: Instant; resourceIds: readonly Uuid[] } {
  const { business, service, venues, resources } = rules;
  ensure(business.takesBookings, 'booking.business_closed');
  ensure(business.takesNew, 'business.subscription_expired');
  ensureSuitable({ resourceIds, resources });
  if (venues.length === 0 || resources.size === 0) throw new DomainError('booking.resource_unsuitable');
  const maximum = Math.max(...[...resources.values()].map((resource) => capacityOf(service, resource)));
  ensure(partySize <= maximum, 'booking.party_too_large', { path: 'partySize', maximum });
  ensure(from <= to, 'waitlist.ends_before_start', { path: 'to' });
  ensure(daysBetween(from, to) < MOST_DAYS, 'waitlist.too_many_days', { path: 'to', limit: MOST_DAYS });
  const zones = venues.map(({ opening }) => opening.timeZone);
  ensure(
    zones.some((zone) => to >= localDate(at, zone)),
    'waitlist.dates_passed',
    { path: 'to' },
  );
  const ends = zones.map((zone) => atLocal(plusDays(to, 1), '00:00', zone));
  return { endsAt: ends.reduce((last, end) => (Date.parse(end) > Date.parse(last) ? end : last)), resourceIds };
}
