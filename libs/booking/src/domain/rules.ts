import type { LocalDate, LocalTime, Money, Uuid, Weekday } from '@yoyaku/kernel';
import type { CancellationTerms } from './booking.events';

/** Wall times; `to` at or before `from` is a time of the next day, `24:00` the end of this one. */
export interface Hours {
  readonly from: LocalTime;
  readonly to: LocalTime;
}

export interface WeeklyHours extends Hours {
  readonly day: Weekday;
}

/** When a place is open: the business as such, or a location with hours or a zone of its own. */
export interface OpeningRules {
  readonly timeZone: string;
  readonly hours: readonly WeeklyHours[];
  readonly holidays: readonly LocalDate[];
}

/** What booking must know of a business. */
export interface BusinessRules {
  readonly businessId: Uuid;
  /** Approved, and neither suspended nor closed. */
  readonly takesBookings: boolean;
  readonly timeZone: string;
  readonly slotIntervalMinutes: number;
  readonly minNoticeMinutes: number;
  readonly bookingWindowDays: number;
  readonly autoConfirm: boolean;
  /** How long a booking may wait for approval. */
  readonly pendingExpiryMinutes: number;
}

/** What booking must know of a service. */
export interface ServiceRules {
  readonly serviceId: Uuid;
  readonly name: string;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly price: Money;
  /** People in one session; 1 leaves it to the resource. */
  readonly capacity: number;
  /** Any one of each. The first is who performs the service: whose own price and duration count. */
  readonly requirements: readonly (readonly Uuid[])[];
  readonly overrides: Readonly<Record<Uuid, { readonly price: Money | null; readonly durationMinutes: number | null }>>;
  readonly terms: CancellationTerms | null;
}

/** What booking must know of a resource. */
export interface ResourceRules {
  readonly resourceId: Uuid;
  /** The opening of where it is; resources of one place share the object. */
  readonly place: OpeningRules;
  /** People at a time; 1 leaves it to the service. */
  readonly capacity: number;
  /** None: as the place. */
  readonly hours: readonly WeeklyHours[];
  /** Hours of single dates, in place of the weekly ones; none is a day off. */
  readonly exceptions: Readonly<Record<LocalDate, readonly Hours[]>>;
}

/** How many people one session of the service holds there: the smaller of the two figures that say more than 1. */
export const capacityOf = (service: ServiceRules, resource: ResourceRules): number =>
  service.capacity > 1 && resource.capacity > 1
    ? Math.min(service.capacity, resource.capacity)
    : Math.max(service.capacity, resource.capacity);

/** How long the service takes when this resource performs it. */
export const durationOf = ({ durationMinutes, overrides }: ServiceRules, performerId: Uuid): number =>
  overrides[performerId]?.durationMinutes ?? durationMinutes;

export const priceOf = ({ price, overrides }: ServiceRules, performerId: Uuid): Money =>
  overrides[performerId]?.price ?? price;
