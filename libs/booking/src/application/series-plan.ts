import { setImmediate as othersFirst } from 'node:timers/promises';
import { DomainError, epochMs, evolve, fromEpochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { bestAssignment } from '../domain/assignment';
import { type Bookable, Calendar, type CalendarState, holds, placesLeft } from '../domain/calendar.decider';
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
interface Clash {
  readonly start: Instant;
  readonly code: string;
}

type Planned = Omit<Occurrence, 'pendingFor'>;

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
  const plan = new Plan(wish, seriesId, calendars);
  for (const [i, start] of starts.entries()) {
    await othersFirst();
    await plan.add(occurrenceId(seriesId, i), start);
  }
  return plan;
}

class Plan implements SeriesPlan {
  readonly occurrences: Planned[] = [];
  readonly clashes: Clash[] = [];
  readonly slots = new Map<Uuid, Bookable[]>();
  /** As they would be with what is planned so far, and without what an earlier run of the request holds. */
  private readonly calendars: Map<Uuid, CalendarState>;
  /** How many times each resource was given so far. */
  private readonly given = new Map<Uuid, number>();

  constructor(
    private readonly wish: SeriesWish,
    private readonly seriesId: Uuid,
    private readonly actual: ReadonlyMap<Uuid, CalendarState>,
  ) {
    this.calendars = new Map(
      [...actual].map(([id, state]) => {
        const own = state.entries.filter(({ holdId }) => holdId === seriesId);
        return [id, { ...state, ...without(state, own) }];
      }),
    );
  }

  async add(bookingId: Uuid, start: Instant): Promise<void> {
    try {
      const wish = { ...this.wish, bookingId, start: epochMs(start) };
      ensureBookable(wish);
      await this.place(wish);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.clashes.push({ start, code: error.code });
    }
  }

  /** Throws why it is to be had with nobody. */
  private async place(wish: SlotWish): Promise<void> {
    const allowed = new Choices(wish);
    const options = optionsFor(wish, allowed, (id) => startingAt(this.calendarOf(id), wish.start)).filter(
      (one) => one.isAgreed,
    );
    for (const option of options) {
      const slot = (id: Uuid, team?: readonly Uuid[]): Bookable =>
        slotOf(wish, id, this.seriesId, option.timeOf(id, team));
      const choices = option.choices();
      const compare = this.ranking(choices, slot);
      const free = choices.map((choice) => ({
        ...choice,
        requirements: choice.requirements.map((ids) => ids.filter((id) => this.isFree(slot(id))).toSorted(compare)),
      }));
      const best = await othersBetween(bestAssignment(free, compare));
      if (!best) continue;
      const { price } = option.offer;
      this.take(best.chosen, { price, locationId: locationOf(best.choice, wish, best.chosen) }, slot);
      return;
    }
    if (isPossible(wish, allowed)) throw new DomainError('booking.slot_taken');
    if (options.length === 0) throw new DomainError('booking.offer_changed');
    throw allowed.objections[0] ?? new DomainError('booking.resource_unsuitable');
  }

  private take(
    resourceIds: readonly Uuid[],
    agreed: Pick<Occurrence, 'price' | 'locationId'>,
    slot: (id: Uuid, team: readonly Uuid[]) => Bookable,
  ): void {
    const at = fromEpochMs(this.wish.at);
    for (const id of resourceIds) {
      const data = slot(id, resourceIds);
      this.calendars.set(id, evolve(Calendar.decider, this.calendarOf(id), { type: 'SlotReserved', data, at }));
      this.slots.getOrInsertComputed(id, () => []).push(data);
      this.given.set(id, (this.given.get(id) ?? 0) + 1);
    }
    const { bookingId, start, end } = slot(resourceIds[0] as Uuid, resourceIds);
    this.occurrences.push({ bookingId, resourceIds, start, end, ...agreed });
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
