import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, type KnownBusiness } from '@yoyaku/business';
import type { KnownResource } from '@yoyaku/catalog';
import { AggregateStore } from '@yoyaku/eventing';
import { epochMs, fromEpochMs, type Instant, type LocalDate, localDate, plusDays, type Uuid } from '@yoyaku/kernel';
import { Calendar, type Held } from '../domain/calendar.decider';
import { covers, PlaceTimes } from '../domain/opening';
import type { OpeningRules } from '../domain/rules';
import type { Interval } from '../domain/timetable';
import { openingOf } from './rule-book';

/**
 * Which bookings a change leaves without what they need. They stay booked: whoever makes the change is told of them, and
 * moves, reassigns, keeps or cancels them.
 */
@Injectable()
export class UncoveredBookings {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly businesses: BusinessFacts,
  ) {}

  /** All bookings of a resource that are not over yet, in order of their start. */
  async of(resourceId: Uuid, at: Instant): Promise<Uuid[]> {
    return idsOf(await this.ahead(resourceId, at));
  }

  /** Those of them that its hours, as they are now, leave out; with a date, only if they have time on it. */
  async byHoursOf(resource: KnownResource, at: Instant, date?: LocalDate): Promise<Uuid[]> {
    const timeZone = await this.timeZoneOf(resource);
    const dateOf = (ms: number) => localDate(fromEpochMs(ms), timeZone);
    const isOn = ({ start, end }: Held): boolean =>
      date === undefined || (dateOf(start) <= date && date <= dateOf(end - 1));
    const ahead = (await this.ahead(resource.resourceId, at)).filter(isOn);
    return idsOf(leftOut(ahead, { timeZone, hours: {}, holidays: {} }, (times) => times.own(resource)));
  }

  private async ahead(resourceId: Uuid, at: Instant): Promise<Held[]> {
    const { state } = await this.aggregates.load(Calendar, resourceId, 'requireLoad');
    return state.entries.filter(({ serviceId, end }) => serviceId !== null && end > epochMs(at));
  }

  private async timeZoneOf({ businessId, locationId }: KnownResource): Promise<string> {
    const business = await this.businesses.business(businessId);
    if (!isKnownBusiness(business)) return 'UTC';
    return (locationId === null ? null : business.locations[locationId]?.timeZone) ?? business.timeZone;
  }
}

/** A booking's time, and where it is. */
export interface PlacedTime extends Interval {
  readonly id: Uuid;
  /** Null: at the business as such. */
  readonly locationId: Uuid | null;
}

/** Those of them, in order of their start, that the hours of their places, as they are now, leave out. */
export function outsideOpening(business: KnownBusiness, bookings: readonly PlacedTime[]): Uuid[] {
  const byPlace = Map.groupBy(bookings, ({ locationId }) => locationId);
  const out = [...byPlace].flatMap(([place, there]) => leftOut(there, openingOf(business, place), ({ open }) => open));
  return out.sort((a, b) => a.start - b.start).map(({ id }) => id);
}

/** Those, in order of their start, that are not within the hours that are looked at. */
function leftOut<T extends Interval>(
  times: readonly T[],
  opening: OpeningRules,
  hoursOf: (times: PlaceTimes) => readonly Interval[],
): T[] {
  if (times.length === 0) return [];
  const dateOf = (ms: number) => localDate(fromEpochMs(ms), opening.timeZone);
  const [first, last] = [Math.min(...times.map(({ start }) => start)), Math.max(...times.map(({ end }) => end))];
  const open = hoursOf(new PlaceTimes(opening, plusDays(dateOf(first), -1), dateOf(last)));
  return times.filter((time) => !covers(open, time));
}

/** Each once: a booking that is being moved may have two holds. */
const idsOf = (entries: readonly Held[]): Uuid[] => [...new Set(entries.map(({ bookingId }) => bookingId))];
