import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AggregateStore, type CommandContext, Commands, type Load, stepOf } from '@yoyaku/eventing';
import { IdentityFacts, type UserState } from '@yoyaku/identity';
import { DomainError, fromEpochMs, MINUTE, now, plusMs, type Uuid } from '@yoyaku/kernel';
import type { Place } from '../domain/booking.events';
import { earlier } from '../domain/booking-state';
import { offerOf } from '../domain/offers';
import type { Rules } from '../domain/rules';
import type { Interval } from '../domain/timetable';
import { Waitlist } from '../domain/waitlist.decider';
import { hasRefused, nextInLine, type Waiting, type WaitlistState } from '../domain/waitlist-state';
import { type FreedTime, type FreeStart, FreeStarts, type StartsWithin } from './free-starts';
import { type Hold, Holds } from './holds';
import { waitsFor } from './request-booking';
import { SlotChoice, wishFor } from './slot-choice';
import { Welcome } from './welcome';

/** When a customer has a booking already; epoch ms. */
export interface BusyTime extends Interval {
  readonly customerId: Uuid;
}

/**
 * Offers what has become free to those who wait for the service, in their order, to each a time that they can take, and
 * holds it for them. Who can take none keeps their place. What somebody books meanwhile is not offered. After so many
 * offers it ends, and says that there may be more to offer.
 */
export class OfferFreedTime extends Command<{ isMore: boolean }> {
  constructor(
    readonly freed: FreedTime,
    readonly busy: readonly BusyTime[],
    readonly context: CommandContext,
    readonly signal?: AbortSignal,
  ) {
    super();
  }
}

/** How long an offer is held, at the latest until its start; in ms. */
const OFFER_HELD = 15 * MINUTE;

const GONE: readonly UserState['status'][] = ['disabled', 'erased'];

/** By one command: whoever sends it keeps a lock for as long as that takes. */
const MOST_OFFERS = 20;

/** `taken`: somebody was faster; `refused`: the rules leave it to nobody who wants the same; `left`: they wait no more. */
type Outcome = 'offered' | 'taken' | 'refused' | 'left';

@CommandHandler(OfferFreedTime)
export class OfferFreedTimeHandler implements ICommandHandler<OfferFreedTime> {
  constructor(
    private readonly commands: Commands,
    private readonly aggregates: AggregateStore,
    private readonly free: FreeStarts,
    private readonly choice: SlotChoice,
    private readonly holds: Holds,
    private readonly welcome: Welcome,
    private readonly identity: IdentityFacts,
  ) {}

  async execute({ freed, busy, context, signal }: OfferFreedTime): Promise<{ isMore: boolean }> {
    const free = this.free.within(freed, context.at);
    const busyOf = Map.groupBy(busy, ({ customerId }) => customerId);
    let offers = 0;
    for (const entry of nextInLine(await this.line(freed.serviceId, 'requireLoad'))) {
      signal?.throwIfAborted();
      if (offers === MOST_OFFERS) return { isMore: true };
      const own = busyOf.get(entry.customerId) ?? [];
      if (!(await this.findOne(entry, own, free, freed, context))) continue;
      free.searchAgain('anyCached');
      offers++;
    }
    return { isMore: false };
  }

  private async line(serviceId: Uuid, load: Load): Promise<WaitlistState> {
    return (await this.aggregates.load(Waitlist, serviceId, load)).state;
  }

  /** Whether something was found that they can take, and is now offered to them. */
  private async findOne(
    entry: Waiting,
    busy: readonly BusyTime[],
    free: StartsWithin,
    { businessId, serviceId }: FreedTime,
    context: CommandContext,
  ): Promise<boolean> {
    for (;;) {
      const line = await this.line(serviceId, 'anyCached');
      // They may wait for another thing too, which was just offered to them.
      if (!nextInLine(line).some(({ entryId }) => entryId === entry.entryId)) return false;
      const start = (await free.startsFor(entry)).find((one) => canCome(entry, one, busy) && isNew(line, entry, one));
      if (!start || !(await this.isWelcome(businessId, entry))) return false;
      const outcome = await this.offer(entry, start, stepOf(context, `${entry.entryId} ${start.span.start}`));
      if (outcome === 'offered') return true;
      if (outcome === 'left') return false;
      if (outcome === 'taken') free.searchAgain('requireLoad');
      else await free.drop(entry, start);
    }
  }

  private async isWelcome(businessId: Uuid, { customerId, userId }: Waiting): Promise<boolean> {
    // Who cannot sign in could not answer.
    if (userId && GONE.includes((await this.identity.user(userId)).status)) return false;
    try {
      await this.welcome.ensure(businessId, { customerId });
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  /** Holds the time first, and then says so: what is offered is held. */
  private async offer(entry: Waiting, { span, rules }: FreeStart, step: CommandContext): Promise<Outcome> {
    const held: Hold[] = [];
    // How long the others took is not taken from their time to think.
    const context = { ...step, at: now() };
    try {
      const { entryId: bookingId, partySize, resourceIds } = entry;
      const wish = wishFor(rules, { bookingId, partySize, resourceIds, start: fromEpochMs(span.start) }, context);
      const place = await this.choice.reserve(wish, held, context);
      const command = {
        type: 'OfferSlot',
        data: { entryId: bookingId, offer: offerAt(place, rules, entry, context) },
      } as const;
      await this.commands.execute(Waitlist, rules.service.serviceId, command, context);
      await this.holds.release(held.filter(isSpare(place)), context);
      return 'offered';
    } catch (error) {
      // Without an answer it may be offered all the same. What it is not, the reaper finds out.
      if (!(error instanceof DomainError)) throw error;
      await this.holds.release(held, context);
      if (error.code === 'booking.slot_taken') return 'taken';
      const isOver = error.code === 'waitlist.offer_lapsed';
      return error.code.startsWith('waitlist.') && !isOver ? 'left' : 'refused';
    }
  }
}

const isNew = (line: WaitlistState, { customerId }: Waiting, { span }: FreeStart): boolean =>
  !hasRefused(line, customerId, span);

const canCome = ({ from, to }: Waiting, { date, span }: FreeStart, busy: readonly BusyTime[]): boolean =>
  from <= date && date <= to && !busy.some(({ start, end }) => start < span.end && span.start < end);

const isSpare =
  ({ holdId, resourceIds }: Place) =>
  (hold: Hold): boolean =>
    hold.holdId !== holdId || !resourceIds.includes(hold.resourceId);

function offerAt(place: Place, { business, service }: Rules, { partySize }: Waiting, { at }: CommandContext) {
  const { price } = offerOf(service, place.resourceIds[0] as Uuid, partySize);
  return {
    ...place,
    serviceName: service.name,
    price,
    terms: service.terms,
    pendingFor: waitsFor(business, service, price),
    expiresAt: earlier(plusMs(at, OFFER_HELD), place.start),
  };
}
