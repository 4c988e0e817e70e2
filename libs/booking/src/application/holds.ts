import { Injectable } from '@nestjs/common';
import {
  type AggregateStore,
  type CommandContext,
  Commands,
  ensureRevision,
  stepOf,
  type Versioned,
} from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Booking } from '../domain/booking.decider';
import { type BookingState, type MadeBooking, ownsHold } from '../domain/booking-state';
import { type Bookable, Calendar, type CalendarState, holds, type Identity } from '../domain/calendar.decider';
import type { Slot } from '../domain/calendar.events';

/** A booking that is there, after a command. */
export type Booked = Versioned<BookingState, MadeBooking>;

/** A hold on one calendar. */
export type Hold = Pick<Slot, 'bookingId' | 'businessId' | 'resourceId' | 'holdId'>;

/**
 * Holds on calendars, and their one invariant: **every hold that a booking counts on stands in its calendars**.
 *
 * A hold is reserved before the booking says that it is its own, and released only after the booking said that it is
 * not, and never will be. So whatever dies in between, a calendar holds too much for a while, never too little.
 */
@Injectable()
export class Holds {
  constructor(private readonly commands: Commands) {}

  /**
   * Reserves a slot; repeating it changes nothing, and with another team it takes the place of that before. Throws `booking.slot_taken`, or `booking.abandoned` when the hold
   * was released meanwhile, because the request was taken for dead.
   */
  async reserve(slot: Bookable, context: CommandContext): Promise<Versioned<CalendarState>> {
    const step = { ...context, commandId: slot.holdId, expectedRevisions: undefined };
    const outcome = await this.commands.execute(
      Calendar,
      slot.resourceId,
      { type: 'ReserveSlots', data: { slots: [slot] } },
      slot.alongside?.length ? stepOf(step, `with ${slot.alongside.join(' ')}`) : step,
    );
    if (holds(outcome.state, slot)) return outcome;
    throw new DomainError('booking.abandoned', { bookingId: slot.bookingId });
  }

  /**
   * Reserves all slots of a calendar with one append, for a series. The calendar itself tells what of it was done before,
   * so its past is not searched for a repeat. `leaving`: holds that are in nobody's way, as their bookings give them up.
   * Throws as `reserve` does.
   */
  async reserveTogether(
    resourceId: Uuid,
    slots: readonly Bookable[],
    context: CommandContext,
    leaving: readonly Identity[] = [],
  ): Promise<CalendarState> {
    const what = slots.map(({ bookingId, holdId, start }) => `${bookingId} ${holdId} ${start}`);
    const step = { ...stepOf(context, `reserve ${what.join(' ')}`), repeated: false };
    const command = { type: 'ReserveSlots', data: { slots, leaving } } as const;
    const { state } = await this.commands.execute(Calendar, resourceId, command, step);
    const lost = slots.find((slot) => !holds(state, slot));
    if (lost) throw new DomainError('booking.abandoned', { bookingId: lost.bookingId });
    return state;
  }

  /**
   * Runs an operation that holds calendars first. Whatever it held and its booking does not own in the end, because
   * the operation failed or took another way, is released before it answers.
   */
  async during(context: CommandContext, operation: (held: Hold[]) => Promise<Booked>): Promise<Booked> {
    const held: Hold[] = [];
    try {
      const booked = await operation(held);
      const spare = held.filter(({ resourceId, holdId }) => !ownsHold(booked.state, resourceId, holdId));
      const { position, bookings } = await this.settle(spare, context);
      // Its revision is the booking's, and renouncing holds may have moved that on.
      return [booked, ...bookings].reduce(later).upTo(position);
    } catch (error) {
      // Where the store does not answer nothing can be settled now; the reaper will.
      if (held.length > 0) await this.settle(held, context).catch(() => {});
      throw error;
    }
  }

  /** Releases the holds that a booking had before, and now no longer owns. */
  async releaseFormer(before: MadeBooking, now: Booked, context: CommandContext): Promise<Booked> {
    const { bookingId, businessId, holdId } = before;
    const givenUp = before.resourceIds
      .filter((resourceId) => !ownsHold(now.state, resourceId, holdId))
      .map((resourceId) => ({ bookingId, businessId, resourceId, holdId }));
    return now.upTo(await this.release(givenUp, context));
  }

  /**
   * Puts calendars right, whether a request failed, was overtaken, or died: asks the booking which of these holds are
   * its own, makes sure that the others can't become so any more, and releases those. Returns the last position, and
   * how that left the bookings.
   */
  async settle(
    unsettled: readonly Hold[],
    context: CommandContext,
  ): Promise<{ position: bigint; bookings: readonly Booked[] }> {
    const seen = new Map<string, Booked>();
    for (const { bookingId, businessId, holdId } of unsettled) {
      // All bookings of a series have one hold.
      if (seen.has(`${bookingId} ${holdId}`)) continue;
      const renounced = await this.commands.execute(
        Booking,
        bookingId,
        { type: 'RenounceHold', data: { bookingId, businessId, holdId } },
        stepOf(context, `renounce ${bookingId} ${holdId}`),
      );
      seen.set(`${bookingId} ${holdId}`, renounced);
    }
    const foreign = unsettled.filter(
      ({ bookingId, resourceId, holdId }) =>
        !ownsHold((seen.get(`${bookingId} ${holdId}`) as Booked).state, resourceId, holdId),
    );
    const bookings = [...seen.values()];
    const released = await this.release(foreign, context);
    return { position: bookings.reduce((last, { position }) => max(last, position), released), bookings };
  }

  /** The same with one append to each calendar. */
  async releaseTogether(givenUp: readonly Hold[], context: CommandContext): Promise<bigint> {
    let position = 0n;
    for (const [resourceId, holds] of byCalendar(givenUp)) {
      const step = stepOf(
        context,
        `release ${holds.map(({ bookingId, holdId }) => `${bookingId} ${holdId}`).join(' ')}`,
      );
      const data = { holds: holds.map(({ bookingId, holdId }) => ({ bookingId, holdId })) };
      const command = { type: 'ReleaseSlots', data } as const;
      const released = await this.commands.execute(Calendar, resourceId, command, { ...step, repeated: false });
      position = max(position, released.position);
    }
    return position;
  }

  /**
   * Releases holds that their bookings gave up. Returns the last position, 0 when nothing was left to release. The
   * calendar itself tells whether that was done before, so its past is not searched for a repeat.
   */
  async release(givenUp: readonly Hold[], context: CommandContext): Promise<bigint> {
    let position = 0n;
    for (const { resourceId, bookingId, holdId } of givenUp) {
      const released = await this.commands.execute(
        Calendar,
        resourceId,
        { type: 'ReleaseSlot', data: { bookingId, holdId } },
        { ...stepOf(context, `release ${bookingId} ${holdId}`), repeated: false },
      );
      position = max(position, released.position);
    }
    return position;
  }
}

/** Adds those that are not among them. */
export function addHolds(held: Hold[], added: readonly Hold[]): void {
  for (const { bookingId, businessId, resourceId, holdId } of added) {
    if (held.some((one) => one.bookingId === bookingId && one.resourceId === resourceId)) continue;
    held.push({ bookingId, businessId, resourceId, holdId });
  }
}

/** The holds by their calendars, in the order in which those are reserved. */
export const byCalendar = <H extends Pick<Hold, 'resourceId'>>(holds: readonly H[]): [resourceId: Uuid, holds: H[]][] =>
  [...Map.groupBy(holds, ({ resourceId }) => resourceId)].sort(([a], [b]) => (a < b ? -1 : 1));

const later = (a: Booked, b: Booked): Booked => (b.revision > a.revision ? b : a);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The calendars of these resources, as they stand in the store. */
export async function calendarsOf(
  aggregates: AggregateStore,
  resourceIds: readonly Uuid[],
): Promise<Map<Uuid, CalendarState>> {
  const loaded = resourceIds.map(async (id) => {
    const { state } = await aggregates.load(Calendar, id, 'requireLoad');
    return [id, state] as const;
  });
  return new Map(await Promise.all(loaded));
}

/** Throws `booking.not_found`, and `ConcurrencyConflict` before anything is held in vain. */
export async function loadBooking(
  aggregates: AggregateStore,
  bookingId: Uuid,
  context: CommandContext,
): Promise<Booked> {
  const loaded = await aggregates.load(Booking, bookingId, 'requireLoad');
  ensureRevision(loaded, context, Booking.unseen?.(loaded.state));
  return loaded;
}
