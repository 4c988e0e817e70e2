import {
  DAY,
  datesBetween,
  fromEpochMs,
  type Instant,
  type LocalDate,
  MINUTE,
  plusDays,
  type Uuid,
} from '@yoyaku/kernel';
import { assignments } from './assignment';
import { gridOf } from './grid';
import { openingOver, wallClock } from './opening';
import { bookable } from './request-policies';
import {
  type BusinessRules,
  capacityOf,
  durationOf,
  durationsOf,
  type ResourceRules,
  type ServiceRules,
} from './rules';
import { type Interval, placesTakenAt, type Timetable } from './timetable';

/** A resource with what is booked on it. */
export interface Candidate extends ResourceRules {
  readonly timetable: Timetable;
}

export interface SlotSearch {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** Those that may be taken, by id; requirements that name others go without these. */
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
  /** Local dates of the business, both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly partySize: number;
  /** When it is asked, epoch ms. */
  readonly at: number;
}

export interface OfferedSlot {
  readonly start: Instant;
  readonly end: Instant;
  /** Any of these, as far as the service's requirements ask for one. */
  readonly resourceIds: readonly Uuid[];
  /** How many more places can be booked at that time. */
  readonly remaining: number;
}

/** Every slot that a request would be given at that moment, in order of start; by the same rules as the request. */
export function findSlots(search: SlotSearch): OfferedSlot[] {
  const { business, service, from, to, at } = search;
  if (!business.takesBookings) return [];
  const clock = wallClock(business.timeZone);
  const window = bookable(business, at);
  const starts = datesBetween(from, to)
    .flatMap((date) => gridOf(date, business.timeZone, service.slotIntervalMinutes, clock))
    .filter((start) => start >= window.start && start <= window.end);
  return durationsOf(service)
    .flatMap((minutes) => slotsOfDuration(search, starts, minutes))
    .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

function slotsOfDuration(search: SlotSearch, starts: readonly number[], minutes: number): OfferedSlot[] {
  const { service, from, to, candidates, partySize } = search;
  const reach = Math.ceil((minutes * MINUTE) / DAY) + 1;
  const openingOf = openingOver(datesBetween(plusDays(from, -1 - reach), plusDays(to, reach)));
  const places = new Map<Uuid, Float64Array>();
  const placesOf = (candidate: Candidate): Float64Array => {
    const known =
      places.get(candidate.resourceId) ?? freePlaces(search, candidate, openingOf(candidate), starts, minutes);
    places.set(candidate.resourceId, known);
    return known;
  };
  const requirements = service.requirements.map(({ anyOf }, i) =>
    anyOf
      .filter((id) => i > 0 || durationOf(service, id) === minutes)
      .flatMap((id) => candidates.get(id) ?? [])
      .map((candidate) => ({ id: candidate.resourceId, places: placesOf(candidate) })),
  );

  return starts.flatMap((start, slot) => {
    const free = requirements.map((anyOf) => anyOf.filter(({ places }) => (places[slot] as number) >= partySize));
    if (!isAssignable(free.map((anyOf) => anyOf.map(({ id }) => id)))) return [];
    const remaining = free.map((anyOf) => anyOf.reduce((sum, { places }) => sum + (places[slot] as number), 0));
    return {
      start: fromEpochMs(start),
      end: fromEpochMs(start + minutes * MINUTE),
      resourceIds: [...new Set(free.flatMap((anyOf) => anyOf.map(({ id }) => id)))],
      remaining: Math.min(...remaining),
    };
  });
}

const isAssignable = (requirements: readonly (readonly Uuid[])[]): boolean =>
  requirements.every(({ length }) => length > 0) &&
  (requirements.length === 1 || !assignments(requirements).next().done);

/** For each start, in order, how many places the resource has left for the service; 0 or less where it has none. */
function freePlaces(
  { service }: SlotSearch,
  candidate: Candidate,
  open: readonly Interval[],
  starts: readonly number[],
  minutes: number,
): Float64Array {
  const length = minutes * MINUTE;
  const session = {
    before: service.bufferBeforeMinutes * MINUTE,
    after: service.bufferAfterMinutes * MINUTE,
    serviceId: service.serviceId,
  };
  const capacity = capacityOf(service, candidate);
  const taken = placesTakenAt(candidate.timetable, starts, session, length);
  let stretch = 0;
  return taken.map((people, i) => {
    const start = starts[i] as number;
    while (stretch < open.length && (open[stretch] as Interval).end < start + length) stretch++;
    const isOpen = stretch < open.length && (open[stretch] as Interval).start <= start;
    return isOpen ? capacity - people : 0;
  });
}
