import { DAY, fromEpochMs, type Instant, type LocalDate, localDate, MINUTE, plusDays, type Uuid } from '@yoyaku/kernel';
import { assignments } from './assignment';
import { gridOf } from './grid';
import { localDays } from './local-days';
import { openingBetween } from './opening';
import { bookable } from './request-policies';
import {
  type BusinessRules,
  capacityOf,
  durationOf,
  durationsOf,
  type ResourceRules,
  type ServiceRules,
} from './rules';
import { type SessionKind, type Sessions, takeAway } from './sessions';
import type { Interval } from './timetable';

/** A resource with what is taken of its time. */
export interface Candidate extends ResourceRules {
  readonly taken: readonly Sessions[];
}

export interface SlotSearch {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** Those that may be taken, by id; requirements that name others go without these. */
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
  /** When slots may start, epoch ms. */
  readonly within: Interval;
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
  const { business, service } = search;
  if (!business.takesBookings) return [];
  const starts = startsOf(search);
  const [slots = [], ...others] = durationsOf(service).map((minutes) => slotsOfDuration(search, starts, minutes));
  return others.length === 0
    ? slots
    : [slots, ...others].flat().sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

/** The business's dates on which slots may start, first and last. */
function datesOf({ business: { timeZone }, within: { start, end } }: SlotSearch): [from: LocalDate, to: LocalDate] {
  return [localDate(fromEpochMs(start), timeZone), localDate(fromEpochMs(end - 1), timeZone)];
}

/** Every moment, in order, at which something may start as far as the business is concerned. */
function startsOf(search: SlotSearch): number[] {
  const { business, service, within, at } = search;
  const window = bookable(business, at);
  const starts: number[] = [];
  for (const day of localDays(business.timeZone, ...datesOf(search))) {
    for (const start of gridOf(day, service.slotIntervalMinutes)) {
      const isWanted = start >= within.start && start < within.end;
      if (isWanted && start >= window.start && start <= window.end) starts.push(start);
    }
  }
  return starts;
}

/** What is left for the service, for each start in order: of one resource, or of all that may meet a requirement. */
type Places = Float64Array;

interface Free {
  readonly resourceId: Uuid;
  readonly places: Places;
}

interface Requirement {
  readonly anyOf: readonly Free[];
  /** Together, of those that have enough for the party. */
  readonly places: Places;
}

function slotsOfDuration(search: SlotSearch, starts: readonly number[], minutes: number): OfferedSlot[] {
  const { partySize } = search;
  const requirements = requirementsOf(search, starts, minutes);
  const slots: OfferedSlot[] = [];
  for (let i = 0; i < starts.length; i++) {
    const remaining = requirements.reduce((least, { places }) => Math.min(least, places[i] as number), Infinity);
    if (remaining <= 0) continue;
    const free = requirements.map(({ anyOf }) => idsWith(anyOf, i, partySize));
    if (!isAssignable(free)) continue;
    const start = starts[i] as number;
    slots.push({
      start: fromEpochMs(start),
      end: fromEpochMs(start + minutes * MINUTE),
      resourceIds: union(free),
      remaining,
    });
  }
  return slots;
}

/** Whether each of the requirements, none of which is without a candidate, can have one of its own. */
const isAssignable = (requirements: readonly (readonly Uuid[])[]): boolean =>
  requirements.length === 1 || !assignments(requirements).next().done;

const union = ([first = [], ...others]: readonly (readonly Uuid[])[]): readonly Uuid[] =>
  others.length === 0 ? first : [...new Set([first, ...others].flat())];

/** The ids of those that have enough places left at one of the starts. */
function idsWith(anyOf: readonly Free[], slot: number, partySize: number): Uuid[] {
  const ids: Uuid[] = [];
  for (const { resourceId, places } of anyOf) if ((places[slot] as number) >= partySize) ids.push(resourceId);
  return ids;
}

/** What the service needs when it takes so long, with what is left of each resource that would do. */
function requirementsOf(search: SlotSearch, starts: readonly number[], minutes: number): Requirement[] {
  const { service, candidates, partySize } = search;
  const openingOf = openingAround(search, minutes);
  const wanted = {
    serviceId: service.serviceId,
    length: minutes * MINUTE,
    before: service.bufferBeforeMinutes * MINUTE,
    after: service.bufferAfterMinutes * MINUTE,
  };
  const free = new Map<Uuid, Free>();
  const freeOf = (candidate: Candidate): Free => {
    const { resourceId } = candidate;
    const known = free.get(resourceId) ?? {
      resourceId,
      places: freePlaces(candidate, capacityOf(service, candidate), openingOf(candidate), starts, wanted),
    };
    free.set(resourceId, known);
    return known;
  };
  return service.requirements.map((requirement, i) => {
    const anyOf = requirement.anyOf
      .filter((id) => i > 0 || durationOf(service, id) === minutes)
      .flatMap((id) => candidates.get(id) ?? [])
      .map(freeOf);
    const places = new Float64Array(starts.length);
    for (const one of anyOf) addUp(places, one.places, partySize);
    return { anyOf, places };
  });
}

/** The opening of resources as far as it matters to what starts within the search. */
function openingAround(search: SlotSearch, minutes: number): (resource: ResourceRules) => readonly Interval[] {
  const [from, to] = datesOf(search);
  const reach = Math.ceil((minutes * MINUTE) / DAY) + 1;
  return openingBetween(plusDays(from, -1 - reach), plusDays(to, reach));
}

function addUp(sums: Float64Array, places: Places, atLeast: number): void {
  for (let i = 0; i < places.length; i++) {
    const left = places[i] as number;
    if (left >= atLeast) sums[i] = (sums[i] as number) + left;
  }
}

function freePlaces(
  { taken }: Candidate,
  capacity: number,
  open: readonly Interval[],
  starts: readonly number[],
  wanted: SessionKind,
): Places {
  const places = new Float64Array(starts.length);
  let i = 0;
  for (const stretch of open) {
    while (i < starts.length && (starts[i] as number) < stretch.start) i++;
    while (i < starts.length && (starts[i] as number) + wanted.length <= stretch.end) places[i++] = capacity;
  }
  for (const sessions of taken) takeAway(places, starts, wanted, sessions);
  return places;
}
