import { setImmediate as othersFirst } from 'node:timers/promises';
import { DomainError, epochMs, evolve, fromEpochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { bestAssignment } from '../domain/assignment';
import { type Bookable, Calendar, type CalendarState, type Held, holds, placesLeft } from '../domain/calendar.decider';
import { type Choice, Choices, locationOf, type SlotWish, slotOf } from '../domain/choices';
import { isPossible, optionsFor } from '../domain/options';
import { bookingsOn, compareRanks, dayOf } from '../domain/ranking';
import { ensureBookable } from '../domain/request-policies';
import { occurrenceId } from '../domain/series.decider';
import type { Occurrence } from '../domain/series.events';
import { startingAt, without } from '../domain/timetable';
import { othersBetween } from './others-first';

/**
 * A time of a series that cannot be booked, and why. Where only dearer or longer offers are free it is
 * `booking.slot_taken`; who books that time alone is told of them.
 */
export interface Clash {
  readonly start: Instant;
  readonly code: string;
}

export type Planned = Omit<Occurrence, 'pendingFor'>;

export interface SeriesPlan {
  readonly occurrences: readonly Planned[];
  readonly clashes: readonly Clash[];
  /** What to reserve, by resource. */
  readonly slots: ReadonlyMap<Uuid, readonly Bookable[]>;
}

/** What each time of the series is to be, but for its id and start. */
export type SeriesWish = Omit<SlotWish, 'bookingId' | 'start'>;

/**
 * Gives each time of a series its resources, by the business's rules and by the calendars as they are. Those that an
 * earlier time was given are preferred, so that a customer keeps their person; then who has fewest bookings that day.
 */
export async function planSeries(
  wish: SeriesWish,
  starts: readonly Instant[],
  seriesId: Uuid,
  calendars: ReadonlyMap<Uuid, CalendarState>,
): Promise<SeriesPlan> {
  const plan = new Plan(calendars, ({ holdId }) => holdId === seriesId);
  const occurrences: Planned[] = [];
  const clashes: Clash[] = [];
  for (const [i, start] of starts.entries()) {
    await othersFirst();
    try {
      const bookingId = occurrenceId(seriesId, i);
      occurrences.push(await plan.add({ ...wish, bookingId, start: epochMs(start) }, seriesId));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      clashes.push({ start, code: error.code });
    }
  }
  return { occurrences, clashes, slots: plan.slots };
}

/** Calendars as they would be with what is planned so far. */
export class Plan {
  /** What to reserve, by resource. */
  readonly slots = new Map<Uuid, Bookable[]>();
  private readonly calendars: Map<Uuid, CalendarState>;
  /** How many times each resource was given so far. */
  private readonly given = new Map<Uuid, number>();

  /** `isOwn`: what an earlier run of the request holds. It is in nobody's way. */
  constructor(
    private readonly actual: ReadonlyMap<Uuid, CalendarState>,
    isOwn: (held: Held) => boolean,
  ) {
    this.calendars = new Map(
      [...actual].map(([id, state]) => [id, { ...state, ...without(state, state.entries.filter(isOwn)) }]),
    );
  }

  /** A booking's hold is in nobody's way from now on. */
  leave(resourceIds: readonly Uuid[], isLeft: (held: Held) => boolean): void {
    for (const id of resourceIds) {
      const state = this.calendarOf(id);
      this.calendars.set(id, { ...state, ...without(state, state.entries.filter(isLeft)) });
    }
  }

  /** Gives it its resources, under that hold. Throws why it is to be had with nobody. */
  async add(wish: SlotWish, holdId: Uuid): Promise<Planned> {
    ensureBookable(wish);
    const allowed = new Choices(wish);
    const options = optionsFor(wish, allowed, (id) => startingAt(this.calendarOf(id), wish.start)).filter(
      (one) => one.isAgreed,
    );
    for (const option of options) {
      const slot = (id: Uuid, team?: readonly Uuid[]): Bookable => slotOf(wish, id, holdId, option.timeOf(id, team));
      const choices = option.choices();
      const compare = this.ranking(choices, slot);
      const free = choices.map((choice) => ({
        ...choice,
        requirements: choice.requirements.map((ids) => ids.filter((id) => this.isFree(slot(id))).toSorted(compare)),
      }));
      const best = await othersBetween(bestAssignment(free, compare));
      if (!best) continue;
      const { price } = option.offer;
      return this.take(best.chosen, { price, locationId: locationOf(best.choice, wish, best.chosen) }, slot, wish.at);
    }
    if (isPossible(wish, allowed)) throw new DomainError('booking.slot_taken');
    if (options.length === 0) throw new DomainError('booking.offer_changed');
    throw allowed.objections[0] ?? new DomainError('booking.resource_unsuitable');
  }

  private take(
    resourceIds: readonly Uuid[],
    agreed: Pick<Occurrence, 'price' | 'locationId'>,
    slot: (id: Uuid, team: readonly Uuid[]) => Bookable,
    now: number,
  ): Planned {
    const at = fromEpochMs(now);
    for (const id of resourceIds) {
      const data = slot(id, resourceIds);
      this.calendars.set(id, evolve(Calendar.decider, this.calendarOf(id), { type: 'SlotReserved', data, at }));
      this.slots.getOrInsertComputed(id, () => []).push(data);
      this.given.set(id, (this.given.get(id) ?? 0) + 1);
    }
    const { bookingId, start, end } = slot(resourceIds[0] as Uuid, resourceIds);
    return { bookingId, resourceIds, start, end, ...agreed };
  }

  private isFree(slot: Bookable): boolean {
    return placesLeft(this.calendarOf(slot.resourceId), slot) >= 0;
  }

  private calendarOf(id: Uuid): CalendarState {
    return this.calendars.get(id) ?? Calendar.decider.initial;
  }

  private ranking(choices: readonly Choice[], slot: (id: Uuid) => Bookable): (a: Uuid, b: Uuid) => number {
    const ranks = new Map<Uuid, readonly number[]>();
    for (const { venue, requirements } of choices) {
      for (const id of requirements.flat()) {
        const wanted = slot(id);
        const isHeld = holds(this.actual.get(id) ?? Calendar.decider.initial, wanted);
        const state = this.calendarOf(id);
        const busy = bookingsOn(state, dayOf(epochMs(wanted.start), venue.opening.timeZone));
        ranks.set(id, [isHeld ? 0 : 1, -(this.given.get(id) ?? 0), busy, state.lastReservedAt]);
      }
    }
    return (a, b) => compareRanks(ranks.get(a) ?? [], ranks.get(b) ?? []) || (a < b ? -1 : 1);
  }
}
