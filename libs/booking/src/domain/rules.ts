import type { DaySpan, LocalDate, Money, Uuid, WeeklySpans } from '@yoyaku/kernel';
import type { CancellationTerms } from './booking.events';

/** When a place is open. A place is the business itself, or a location with its own hours or time zone. */
export interface OpeningRules {
  readonly timeZone: string;
  readonly hours: WeeklySpans;
  /** Names by date. The place is closed on these days. */
  readonly holidays: Readonly<Record<LocalDate, string>>;
}

/** The rules of a business that concern bookings. */
export interface BusinessRules {
  readonly businessId: Uuid;
  /** Approved, and neither suspended nor closed. */
  readonly takesBookings: boolean;
  readonly timeZone: string;
  readonly minNoticeMinutes: number;
  readonly bookingWindowDays: number;
  readonly autoConfirm: boolean;
  /** How long a booking may wait for approval. */
  readonly pendingExpiryMinutes: number;
}

export interface Requirement {
  readonly anyOf: readonly Uuid[];
}

/** The rules of a service that concern bookings. */
export interface ServiceRules {
  readonly serviceId: Uuid;
  readonly name: string;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  /** Starts are on a grid of this many minutes, counted from the business's midnight. */
  readonly slotIntervalMinutes: number;
  readonly price: Money;
  /** People in one session; with 1 the resource's capacity counts. */
  readonly capacity: number;
  /** One resource of each is needed. The first one performs the service: its own price and duration apply. */
  readonly requirements: readonly Requirement[];
  readonly overrides: readonly {
    readonly resourceId: Uuid;
    readonly price: Money | null;
    readonly durationMinutes: number | null;
  }[];
  readonly terms: CancellationTerms | null;
}

/** The rules of a resource that concern bookings. */
export interface ResourceRules {
  readonly resourceId: Uuid;
  /** `null`: at no place of its own; it can be used everywhere. */
  readonly locationId: Uuid | null;
  /** Opening hours of its place. Resources of one place share this object, which caches rely on. */
  readonly place: OpeningRules;
  /** People at a time; with 1 the service's capacity counts. */
  readonly capacity: number;
  /** `null`: whenever the place is open. */
  readonly hours: WeeklySpans | null;
  /** Hours of single dates, which replace the weekly ones. An empty list is a day off. */
  readonly exceptions: Readonly<Record<LocalDate, { readonly hours: readonly DaySpan[] }>>;
}

/** Everything that decides whether a service can be booked at a time, except for what is already booked. */
export interface Rules {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** By id: the usable ones among the resources that the service's requirements name. */
  readonly resources: ReadonlyMap<Uuid, ResourceRules>;
}

/** Resources that may meet the requirement: the wanted ones if it names any of them, otherwise all that it names. */
export function eligible({ anyOf }: Requirement, wantedIds: readonly Uuid[]): readonly Uuid[] {
  const wanted = wantedIds.length > 0 ? anyOf.filter((id) => wantedIds.includes(id)) : [];
  return wanted.length > 0 ? wanted : anyOf;
}

/**
 * Groups of resources that can be booked together. A booking is at one place, so there is a group for each place; who
 * is at no place is in every group. If there is only one place, or one requirement, all are in one group.
 */
export function byPlace<One extends Pick<ResourceRules, 'locationId'>>(
  { requirements }: ServiceRules,
  resources: ReadonlyMap<Uuid, One>,
): readonly ReadonlyMap<Uuid, One>[] {
  const places = new Set([...resources.values()].flatMap(({ locationId }) => locationId ?? []));
  if (requirements.length < 2 || places.size < 2) return [resources];
  return [...places].map(
    (place) => new Map([...resources].filter(([, { locationId }]) => (locationId ?? place) === place)),
  );
}

/** How many people one session may have there: the smaller capacity of the two. A capacity of 1 is no limit. */
export const capacityOf = (service: ServiceRules, resource: ResourceRules): number =>
  service.capacity > 1 && resource.capacity > 1
    ? Math.min(service.capacity, resource.capacity)
    : Math.max(service.capacity, resource.capacity);

/** How long the service takes when this resource performs it. */
export const durationOf = ({ durationMinutes, overrides }: ServiceRules, performerId: Uuid): number =>
  overrides.find(({ resourceId }) => resourceId === performerId)?.durationMinutes ?? durationMinutes;

export const priceOf = ({ price, overrides }: ServiceRules, performerId: Uuid): Money =>
  overrides.find(({ resourceId }) => resourceId === performerId)?.price ?? price;

/** How long the service may take, depending on who performs it. */
export const durationsOf = (service: ServiceRules): number[] => [
  ...new Set(service.requirements[0]?.anyOf.map((performer) => durationOf(service, performer))),
];
