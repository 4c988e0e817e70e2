import { Injectable } from '@nestjs/common';
import { BusinessFacts, isKnownBusiness } from '@yoyaku/business';
import type { KnownResource } from '@yoyaku/catalog';
import { AggregateStore } from '@yoyaku/eventing';
import { epochMs, fromEpochMs, type Instant, type LocalDate, localDate, plusDays, type Uuid } from '@yoyaku/kernel';
import { Calendar, type Held } from '../domain/calendar.decider';
import { covers, PlaceTimes } from '../domain/opening';

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
    const ahead = await this.ahead(resource.resourceId, at);
    const [first] = ahead;
    if (!first) return [];
    const timeZone = await this.timeZoneOf(resource);
    const dateOf = (ms: number) => localDate(fromEpochMs(ms), timeZone);
    const last = Math.max(...ahead.map(({ end }) => end));
    const opening = { timeZone, hours: {}, holidays: {} };
    const hours = new PlaceTimes(opening, plusDays(dateOf(first.start), -1), dateOf(last)).own(resource);
    const isOn = ({ start, end }: Held): boolean =>
      date === undefined || (dateOf(start) <= date && date <= dateOf(end - 1));
    return idsOf(ahead.filter((entry) => isOn(entry) && !covers(hours, entry)));
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

/** Each once: a booking that is being moved may have two holds. */
const idsOf = (entries: readonly Held[]): Uuid[] => [...new Set(entries.map(({ bookingId }) => bookingId))];
