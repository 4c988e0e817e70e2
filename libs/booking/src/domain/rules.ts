import type { DaySpan, LocalDate, Money, Uuid, WeeklySpans } from '@yoyaku/kernel';
import type { BookingTerms } from './booking.events';

/** From where starts are counted: from the begin of each span of the hours, or from the midnight before. */
export type SlotAlignment = 'opening' | 'clock';

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
  /** False where its subscription has expired and this is no booking that it has already. */
  readonly takesNew: boolean;
  readonly timeZone: string;
  readonly minNoticeMinutes: number;
  readonly bookingWindowDays: number;
  readonly slotAlignment: SlotAlignment;
  readonly autoConfirm: boolean;
}

export interface Requirement {
  readonly anyOf: readonly Uuid[];
}

/** The rules of a service that concern bookings. */
export interface ServiceRules {
  readonly serviceId: Uuid;
  readonly name: string;
  /** Nobody books it any more; what is booked may still be moved by the business's people. */
  readonly isWithdrawn?: boolean;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  /** Starts are on a grid of this many minutes. */
  readonly slotIntervalMinutes: number;
  readonly price: Money;
  /** What the price is for: the whole booking, or each person. */
  readonly pricing: 'booking' | 'person';
  /** People in one session; with 1 the resource's capacity counts. */
  readonly capacity: number;
  /** Whether strangers may join a session. Otherwise a booking takes its resources whole, if its party fits. */
  readonly shared: boolean;
  /** One resource of each is needed. The first one performs the service: its own price and duration apply. */
  readonly requirements: readonly Requirement[];
  readonly overrides: readonly {
    readonly resourceId: Uuid;
    readonly price: Money | null;
    readonly durationMinutes: number | null;
  }[];
  readonly terms: BookingTerms;
}

/** The rules of a resource that concern bookings. */
export interface ResourceRules {
  readonly resourceId: Uuid;
  /** `null`: at no place of its own; it can be used everywhere. */
  readonly locationId: Uuid | null;
  /** People at a time; with 1 the service's capacity counts. */
  readonly capacity: number;
  /** `null`: whenever the place is open. Wall times of the place where the resource is used. */
  readonly hours: WeeklySpans | null;
  /** Hours of single dates, which replace the weekly ones. An empty list is a day off. */
  readonly exceptions: Readonly<Record<LocalDate, { readonly hours: readonly DaySpan[] }>>;
}

/** A place where the service can be booked, in its hours and time zone. */
export interface Venue {
  /** `null`: the business as such, for resources that are at none of its locations. */
  readonly locationId: Uuid | null;
  readonly opening: OpeningRules;
  /** Whether nothing but a resource of the place makes a booking be there: neither the service nor the request names it. */
  readonly byResources: boolean;
}

/** Everything that decides whether a service can be booked at a time, except for what is already booked. */
export interface Rules {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  readonly venues: readonly Venue[];
  /** By id: the usable ones among the resources that the service's requirements name. */
  readonly resources: ReadonlyMap<Uuid, ResourceRules>;
}

/** Resources that may meet the requirement: the wanted ones if it names any of them, otherwise all that it names. */
export function eligible({ anyOf }: Requirement, wantedIds: readonly Uuid[]): readonly Uuid[] {
  const wanted = wantedIds.length > 0 ? anyOf.filter((id) => wantedIds.includes(id)) : [];
  return wanted.length > 0 ? wanted : anyOf;
}

/** The service, where it is done with this resource: what has no use for it cannot be. */
export function doneWith(service: ServiceRules, resourceId: Uuid): ServiceRules {
  const isOfUse = service.requirements.some(({ anyOf }) => anyOf.includes(resourceId));
  const requirements = service.requirements.map((requirement) => ({ anyOf: eligible(requirement, [resourceId]) }));
  return { ...service, requirements: isOfUse ? requirements : [] };
}

/**
 * Who may meet each of the requirements at that place: its own resources, and those without a place. A booking that is
 * there by its resources needs at least one of the place's own; then there is a list for each requirement that one of
 * them may meet, unless some requirement is met by them alone.
 */
export function choicesAt(
  venue: Pick<Venue, 'locationId' | 'byResources'>,
  requirements: readonly (readonly Uuid[])[],
  locationOf: LocationOf,
): Choices {
  const there = requirements.map((ids) => usableAt(venue, ids, locationOf));
  return choicesAmong(venue, there, locationOf);
}

type LocationOf = (resourceId: Uuid) => Uuid | null;
/** Each of them has a list for each requirement. */
type Choices = readonly (readonly (readonly Uuid[])[])[];

/** The place's own resources, and those without a place. */
export function usableAt(
  { locationId }: Pick<Venue, 'locationId'>,
  ids: readonly Uuid[],
  locationOf: LocationOf,
): readonly Uuid[] {
  return ids.filter((id) => {
    const at = locationOf(id);
    return at === locationId || at === null;
  });
}

/** The same, from those who are usable there. */
export function choicesAmong(
  { locationId, byResources }: Pick<Venue, 'locationId' | 'byResources'>,
  there: readonly (readonly Uuid[])[],
  locationOf: LocationOf,
): Choices {
  const isOwn = (id: Uuid): boolean => locationOf(id) === locationId;
  if (!byResources || locationId === null || there.some((ids) => ids.every(isOwn))) return [there];
  return there.flatMap((ids, i) => (ids.some(isOwn) ? [there.with(i, ids.filter(isOwn))] : []));
}

/** How many people one session may have there: the smaller capacity of the two. A capacity of 1 is no limit. */
export const capacityOf = (service: ServiceRules, resource: ResourceRules): number =>
  service.capacity > 1 && resource.capacity > 1
    ? Math.min(service.capacity, resource.capacity)
    : Math.max(service.capacity, resource.capacity);
