import { Injectable } from '@nestjs/common';
import type { ServiceEvent } from '@yoyaku/catalog/events';
import type { CustomerEvent } from '@yoyaku/customers/events';
import { AggregateStore, Commands } from '@yoyaku/eventing';
import type { UserEvent } from '@yoyaku/identity/events';
import { fromEpochMs, type Instant, instant, isAfter, MINUTE, plusDays, plusMs, type Uuid } from '@yoyaku/kernel';
import { type DueJob, defineJob, defineReaction, type Job, type JobHandler } from '@yoyaku/reacting';
import { EndWaitlist, GiveUpEntry } from '../application/answer-offer';
import { type FreedTime, FreeStarts } from '../application/free-starts';
import type { Block, CalendarEvent, Slot } from '../domain/calendar.events';
import { Waitlist } from '../domain/waitlist.decider';
import type { WaitlistEvent } from '../domain/waitlist.events';
import { findEntry, hasRefused, isWaiting, nextInLine } from '../domain/waitlist-state';

/** Time on the calendar of a resource that has become free, for whatever service. */
export type Freed = Omit<FreedTime, 'serviceId'>;

/** Looks whether anybody waits who may make use of it. Who waits, read models know: see the reactor. */
export const lookWhoWaits = defineJob<Freed>('look-who-waits');

/** Offers it to those who wait for the service. In turns: of several at once each would come to the same people. */
export const offerFreedTime = defineJob<FreedTime>('offer-freed-time', { atOnce: 1 });

interface Sought {
  readonly serviceId: Uuid;
  readonly customerId: Uuid;
}
/** Looks whether what a customer waits for is free already. Nothing more becomes free that would lead to an offer. */
const lookForFreeTime = defineJob<Sought>('look-for-free-time');

/** Ends all that an erased customer waits for. */
export const leaveWaitlists = defineJob<{ readonly customerId: Uuid; readonly businessId: Uuid }>('leave-waitlists');

/** Ends all that an erased user waits for, with whatever business. */
export const leaveAllWaitlists = defineJob<{ readonly userId: Uuid }>('leave-all-waitlists');

interface OfEntry {
  readonly entryId: Uuid;
  readonly serviceId: Uuid;
}
const expireOffer = defineJob<OfEntry>('expire-waitlist-offer');
const endWait = defineJob<OfEntry>('end-wait');
const endWaitlist = defineJob<{ readonly serviceId: Uuid }>('end-waitlist');

interface Buffers {
  readonly before: number;
  readonly after: number;
}

/** Nothing follows for what is over. */
function freed(
  { businessId, start, end }: Pick<Block, 'businessId' | 'start' | 'end'>,
  at: Instant,
  { before, after }: Buffers = { before: 0, after: 0 },
): Job[] {
  const [from, to] = [plusMs(start, -before * MINUTE), plusMs(end, after * MINUTE)];
  return isAfter(to, at) ? [lookWhoWaits.job({ businessId, start, from, to }, { until: to })] : [];
}

const buffersOf = ({ bufferBeforeMinutes: before, bufferAfterMinutes: after }: Slot): Buffers => ({ before, after });

const soughtBy = ({ serviceId, customerId }: Sought): Job[] => [lookForFreeTime.job({ serviceId, customerId })];

/**
 * What becomes free on a calendar is offered to who waits: after a cancellation, a move, an offer that lapsed. What is
 * free already, to who begins to wait, and to who was thinking about another time when it became free.
 */
export const freedTime = defineReaction<CalendarEvent | WaitlistEvent>({
  name: 'freed-time',
  version: 2,
  from: 'now',
  on: {
    SlotReleased: ({ data, at }) => freed(data, at, buffersOf(data)),
    TimeUnblocked: ({ data, at }) => freed(data, at),
    WaitlistJoined: ({ data }) => soughtBy(data),
    WaitlistOfferDeclined: ({ data }) => soughtBy(data),
    WaitlistOfferLapsed: ({ data }) => soughtBy(data),
    WaitlistLeft: ({ data }) => (data.offer ? soughtBy(data) : []),
  },
});

/** Offers lapse, and nobody waits for what cannot come any more. */
export const waitlistEnds = defineReaction<WaitlistEvent | ServiceEvent | CustomerEvent | UserEvent>({
  name: 'waitlist-ends',
  version: 2,
  from: 'beginning',
  on: {
    WaitlistJoined: ({ data: { entryId, serviceId, endsAt } }) => [
      endWait.job({ entryId, serviceId }, { at: endsAt, key: entryId }),
    ],
    WaitlistSlotOffered: ({ data: { entryId, serviceId, holdId, expiresAt } }) => [
      expireOffer.job({ entryId, serviceId }, { at: expiresAt, key: holdId }),
    ],
    ServiceRemoved: ({ data: { serviceId } }) => [endWaitlist.job({ serviceId })],
    CustomerErased: ({ data: { customerId, businessId } }) => [leaveWaitlists.job({ customerId, businessId })],
    UserErased: ({ data: { userId } }) => [leaveAllWaitlists.job({ userId })],
    CustomerRemoved: ({ data: { customerId, businessId } }) => [leaveWaitlists.job({ customerId, businessId })],
  },
});

@Injectable()
export class FreeTimeSeeker implements JobHandler<Sought> {
  readonly kind = lookForFreeTime;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly free: FreeStarts,
  ) {}

  /** What is found is offered to all who wait, in their order. */
  async run({ data: { serviceId, customerId }, now, signal }: DueJob<Sought>): Promise<readonly Job[]> {
    const { state } = await this.aggregates.load(Waitlist, serviceId, 'requireLoad');
    const { businessId } = state;
    const jobs: Job[] = [];
    for (const entry of nextInLine(state).filter((one) => one.customerId === customerId)) {
      signal.throwIfAborted();
      // Whatever the zone of the place is.
      const [from, to] = [`${plusDays(entry.from, -1)}T00:00:00Z`, `${plusDays(entry.to, 2)}T00:00:00Z`].map(instant);
      if (!businessId || !from || !to) continue;
      const starts = await this.free.within({ businessId, serviceId, start: from, from, to }, now).startsFor(entry);
      const theirs = starts.filter(
        ({ date, span }) => entry.from <= date && date <= entry.to && !hasRefused(state, customerId, span),
      );
      const [first, last] = [theirs[0], theirs.at(-1)];
      if (!first || !last) continue;
      const [start, end] = [fromEpochMs(first.span.start), fromEpochMs(last.span.end)];
      jobs.push(offerFreedTime.job({ businessId, serviceId, start, from: start, to: end }, { until: end }));
    }
    return jobs;
  }
}

@Injectable()
export class ExpireOffers implements JobHandler<OfEntry> {
  readonly kind = expireOffer;

  constructor(private readonly commands: Commands) {}

  async run({ data: { entryId }, context }: DueJob<OfEntry>): Promise<undefined> {
    await this.commands.send(new GiveUpEntry({ type: 'ExpireOffer', data: { entryId } }, context));
    return undefined;
  }
}

@Injectable()
export class EndWaits implements JobHandler<OfEntry> {
  readonly kind = endWait;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly commands: Commands,
  ) {}

  async run({ data: { entryId, serviceId }, context }: DueJob<OfEntry>): Promise<undefined> {
    const { state } = await this.aggregates.load(Waitlist, serviceId, 'requireLoad');
    if (!isWaiting(findEntry(state, entryId))) return undefined;
    const command = { type: 'RemoveFromWaitlist', data: { entryId, reason: 'dates_passed' } } as const;
    await this.commands.send(new GiveUpEntry(command, context));
    return undefined;
  }
}

@Injectable()
export class EndWaitlists implements JobHandler<{ serviceId: Uuid }> {
  readonly kind = endWaitlist;

  constructor(private readonly commands: Commands) {}

  async run({ data: { serviceId }, context }: DueJob<{ serviceId: Uuid }>): Promise<undefined> {
    await this.commands.send(new EndWaitlist(serviceId, context));
    return undefined;
  }
}
