import type { DaySpan, LocalDate, Money, Uuid, WeeklySpans } from '@yoyaku/kernel';
import type { CancellationTerms } from './booking.events';

/** When a place is open: the business as such, or a location with hours or a zone of its own. */
export interface OpeningRules {
  readonly timeZone: string;
  readonly hours: WeeklySpans;
  /** By date; it is closed then. */
  readonly holidays: Readonly<Record<LocalDate, string>>;
}

/** What booking must know of a business. */
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

/** What booking must know of a service. */
export interface ServiceRules {
  readonly serviceId: Uuid;
  readonly name: string;
  readonly durationMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  /** Starts are on a grid of this many minutes, counted from the business's midnight. */
  readonly slotIntervalMinutes: number;
  readonly price: Money;
  /** People in one session; 1 leaves it to the resource. */
  readonly capacity: number;
  /** Any one of each. The first is who performs the service: whose own price and duration count. */
  readonly requirements: readonly Requirement[];
  readonly overrides: readonly {
    readonly resourceId: Uuid;
    readonly price: Money | null;
    readonly durationMinutes: number | null;
  }[];
  readonly terms: CancellationTerms | null;
}

/** What booking must know of a resource. */
export interface ResourceRules {
  readonly resourceId: Uuid;
  /** `null`: wherever it is needed. */
  readonly locationId: Uuid | null;
  /** The opening of where it is; resources of one place share the object. */
  readonly place: OpeningRules;
  /** People at a time; 1 leaves it to the service. */
  readonly capacity: number;
  /** `null`: whenever the place is open. */
  readonly hours: WeeklySpans | null;
  /** Hours of single dates, in place of the weekly ones; none is a day off. */
  readonly exceptions: Readonly<Record<LocalDate, { readonly hours: readonly DaySpan[] }>>;
}

/** All that decides whether a service can be booked at a time, but what is booked already. */
export interface Rules {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** Those that the service's requirements name, as far as they are of use, and that may perform it, by id. */
  readonly resources: ReadonlyMap<Uuid, ResourceRules>;
}

/** Who may meet the requirement, where only the wanted will do if it names any of them. */
export function eligible({ anyOf }: Requirement, wantedIds: readonly Uuid[]): readonly Uuid[] {
  const wanted = wantedIds.length > 0 ? anyOf.filter((id) => wantedIds.includes(id)) : [];
  return wanted.length > 0 ? wanted : anyOf;
}

/**
 * A booking is at one place: these resources as far as they can be booked together, once for each place, those that are
 * at none with each. As they are, where they are at one place at most, or only one of them is needed.
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

/** How many people one session of the service holds there: the smaller of the two figures that say more than 1. */
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
