import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness, type KnownBusiness } from '@yoyaku/business';
import type { KnownResource } from '@yoyaku/catalog';
import { AggregateStore } from '@yoyaku/eventing';
import { epochMs, fromEpochMs, type Instant, type LocalDate, localDate, remembered, type Uuid } from '@yoyaku/kernel';
import { Calendar, type Held } from '../domain/calendar.decider';
import { ownHoursAgainst, placeHoursAgainst } from '../domain/hours-against';
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
    const opening = { timeZone, hours: {}, holidays: {} };
    return idsOf(ahead.filter((held) => ownHoursAgainst(opening, resource, held).length > 0));
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
  const openingAt = remembered((place: Uuid | null) => openingOf(business, place), 1_000);
  const out = bookings.filter((booking) => placeHoursAgainst(openingAt(booking.locationId), booking).length > 0);
  return out.sort((a, b) => a.start - b.start).map(({ id }) => id);
}

/** Each once: a booking that is being moved may have two holds. */
const idsOf = (entries: readonly Held[]): Uuid[] => [...new Set(entries.map(({ bookingId }) => bookingId))];
