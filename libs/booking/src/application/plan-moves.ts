import { setImmediate as othersFirst } from 'node:timers/promises';
import type { CommandContext } from '@yoyaku/eventing';
import { DomainError, ensure, type Instant, type Uuid } from '@yoyaku/kernel';
import type { Party } from '../domain/booking.decider';
import type { MadeBooking } from '../domain/booking-state';
import { type Bookable, type CalendarState, type Identity, rivalsOf } from '../domain/calendar.decider';
import { allowed } from '../domain/lifecycle';
import type { Rules } from '../domain/rules';
import type { Hold } from './holds';
import { type Clash, Plan, type Planned } from './series-plan';
import { wishFor } from './slot-choice';

/** A booking of a series, and when it is to start: null where the clock skips that time. */
export interface Moving {
  readonly booking: MadeBooking;
  readonly to: Instant | null;
  /** The hold under which it gets its new time. */
  readonly holdId: Uuid;
}

/** A booking that stays where it is, and why. `start`: when it was to be. */
export type Unmoved = Clash & { readonly bookingId: Uuid };

interface PlannedMove {
  readonly booking: MadeBooking;
  readonly place: Planned & { readonly holdId: Uuid };
  readonly rules: Rules;
}

interface MovePlan {
  /** In the order in which they are to be made: each leaves its time before another of the series takes it. */
  readonly moves: readonly PlannedMove[];
  readonly unmoved: readonly Unmoved[];
  /** What to reserve, by resource. */
  readonly slots: ReadonlyMap<Uuid, readonly Bookable[]>;
  /** The holds that are given up for it. */
  readonly leaving: readonly Identity[];
}

/**
 * Gives each booking its new time with the resources that it has, by the business's rules and by the calendars as they
 * are. `moving` is in order: who may be in another's way goes first. Once one has its new time, its old one is free for
 * those behind it; who stays is in their way. `rulesOf` throws where a booking's service or place is no more.
 */
export async function planMoves(
  moving: readonly Moving[],
  by: Party,
  rulesOf: (booking: MadeBooking) => Promise<Rules>,
  calendars: ReadonlyMap<Uuid, CalendarState>,
  context: CommandContext,
): Promise<MovePlan> {
  const holds = new Map(moving.map(({ booking: { bookingId }, holdId }) => [bookingId, holdId]));
  const plan = new Plan(calendars, ({ bookingId, holdId }) => holds.get(bookingId) === holdId);
  const moves: PlannedMove[] = [];
  const unmoved: Unmoved[] = [];
  for (const { booking, to, holdId } of moving) {
    await othersFirst();
    const { bookingId, resourceIds, partySize } = booking;
    try {
      allowed('RescheduleBooking', booking, { by, at: context.at });
      if (to === null) throw new DomainError('series.no_such_time');
      const rules = await rulesOf(booking);
      ensure(by === 'business' || !rules.service.isWithdrawn, 'booking.service_withdrawn');
      const still = resourceIds.filter((id) => rules.resources.has(id));
      const override = by === 'business' ? booking.overridden : [];
      const wish = { bookingId, partySize, resourceIds: still, start: to, present: booking, override };
      const place = { ...(await plan.add(wishFor(rules, wish, context), holdId)), holdId };
      plan.leave(resourceIds, (held) => held.bookingId === bookingId && held.holdId === booking.holdId);
      moves.push({ booking, place, rules });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      unmoved.push({ bookingId, start: to ?? booking.start, code: error.code });
    }
  }
  const leaving = moves.map(({ booking: { bookingId, holdId } }) => ({ bookingId, holdId }));
  return { moves, unmoved, slots: plan.slots, leaving };
}

/**
 * Throws `booking.changed_meanwhile` unless the calendars hold for each booking what it had when it was read, and nothing
 * for another move of it: what is moved twice at once would be moved by twice as much.
 */
export function ensureSettled(calendars: ReadonlyMap<Uuid, CalendarState>, moving: readonly Moving[]): void {
  for (const state of calendars.values()) ensureUntouched(state, moving);
  for (const { booking } of moving) {
    const { bookingId, holdId, start } = booking;
    const isThere = booking.resourceIds.every((id) =>
      calendars.get(id)?.entries.some((entry) => entry.bookingId === bookingId && entry.holdId === holdId),
    );
    ensure(isThere, 'booking.changed_meanwhile', { start });
  }
}

/** Throws `booking.changed_meanwhile` where somebody else is moving one of them. Of two, one at least sees the other. */
export function ensureUntouched({ entries }: CalendarState, moving: readonly Moving[]): void {
  const own = new Map(moving.map(({ booking, holdId }) => [booking.bookingId, { booking, holdId }]));
  for (const { bookingId, holdId } of entries) {
    const known = own.get(bookingId);
    const isOwn = !known || holdId === known.holdId || holdId === known.booking.holdId;
    ensure(isOwn, 'booking.changed_meanwhile', { start: known?.booking.start });
  }
}

/** What an earlier run of the request reserved, and died with. */
export const ownIn = (calendars: ReadonlyMap<Uuid, CalendarState>, moving: readonly Moving[]): Hold[] => {
  const holds = new Map(
    moving.map(({ booking: { bookingId, businessId }, holdId }) => [bookingId, { businessId, holdId }]),
  );
  return [...calendars].flatMap(([resourceId, { entries }]) =>
    entries.flatMap(({ bookingId, holdId }) => {
      const own = holds.get(bookingId);
      return own?.holdId === holdId ? [{ bookingId, businessId: own.businessId, resourceId, holdId }] : [];
    }),
  );
};

/** Whether the time of one of those bookings is in the slot's way. */
export const isTakenBy = (
  calendar: CalendarState | undefined,
  slot: Bookable,
  bookingIds: ReadonlySet<Uuid>,
): boolean => calendar !== undefined && rivalsOf(calendar, slot).some(({ entry }) => bookingIds.has(entry.bookingId));
