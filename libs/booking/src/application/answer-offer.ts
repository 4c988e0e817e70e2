import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands } from '@yoyaku/eventing';
import { ensure, type OfType, type Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { isMade } from '../domain/booking-state';
import { Waitlist, type WaitlistStep } from '../domain/waitlist.decider';
import { entryOf, findEntry, isOffered, type Offered } from '../domain/waitlist-state';
import type { Booked } from './holds';
import { type Line, OfferedTime } from './offered-time';
import { RuleBook } from './rule-book';
import { Welcome } from './welcome';

/**
 * Makes a booking of the time that is offered, as it was offered. Throws `waitlist.not_found`, `.no_offer`,
 * `.offer_lapsed`, `.ended`, and as who books directly `booking.business_closed`, `.customer_blocked`,
 * `business.subscription_expired`, `service.not_found`.
 */
export class AcceptOffer extends Command<Booked> {
  constructor(
    readonly entryId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

/** The line says that it is accepted, and only then is the booking made: it counts on the hold of the offer. */
@CommandHandler(AcceptOffer)
export class AcceptOfferHandler implements ICommandHandler<AcceptOffer> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly rules: RuleBook,
    private readonly welcome: Welcome,
    private readonly offered: OfferedTime,
  ) {}

  async execute({ entryId, context }: AcceptOffer): Promise<Booked> {
    const ticket = await this.offered.ticketOf(entryId);
    const { businessId, serviceId } = ticket;
    // The line forgets; its bookings stay.
    const booking = await this.aggregates.load(Booking, entryId, 'requireLoad');
    if (isMade(booking.state)) return booking;
    const before = await this.aggregates.load(Waitlist, serviceId, 'requireLoad');
    const offered = findEntry(before.state, entryId);
    if (isOffered(offered)) {
      await this.commands.check(Waitlist, serviceId, context, async (load) => {
        const { business } = await this.rules.of(businessId, serviceId, {}, load);
        ensure(business.takesBookings, 'booking.business_closed');
        ensure(business.takesNew, 'business.subscription_expired');
        await this.welcome.ensure(businessId, { customerId: offered.customerId });
      });
    }
    const line = await this.commands.execute(Waitlist, serviceId, { type: 'AcceptOffer', data: { entryId } }, context);
    return this.offered.book(entryOf(line.state, entryId) as Offered, ticket, context);
  }
}

/** Whatever ends an entry, or its offer, so that what is held for it is free. Throws as the decider does. */
export class GiveUpEntry extends Command<Line> {
  constructor(
    readonly command: OfType<WaitlistStep, 'DeclineOffer' | 'ExpireOffer' | 'RemoveFromWaitlist'>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(GiveUpEntry)
export class GiveUpEntryHandler implements ICommandHandler<GiveUpEntry> {
  constructor(
    private readonly commands: Commands,
    private readonly offered: OfferedTime,
  ) {}

  async execute({ command, context }: GiveUpEntry): Promise<Line> {
    const { entryId } = command.data;
    const { serviceId } = await this.offered.ticketOf(entryId);
    const line = await this.commands.execute(Waitlist, serviceId, command, context);
    return this.offered.release(line, findEntry(line.state, entryId), context);
  }
}

/** All who wait for a service leave its line. */
export class EndWaitlist extends Command<Line> {
  constructor(
    readonly serviceId: Uuid,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(EndWaitlist)
export class EndWaitlistHandler implements ICommandHandler<EndWaitlist> {
  constructor(
    private readonly commands: Commands,
    private readonly offered: OfferedTime,
  ) {}

  async execute({ serviceId, context }: EndWaitlist): Promise<Line> {
    const command = { type: 'EndWaitlist', data: { reason: 'service_withdrawn' } } as const;
    let line = await this.commands.execute(Waitlist, serviceId, command, context);
    for (const entry of line.state.entries) line = await this.offered.release(line, entry, context);
    return line;
  }
}
