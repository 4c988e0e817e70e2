import {
  DAY,
  ensure,
  epochMs,
  fromEpochMs,
  type Instant,
  type LocalDate,
  localDate,
  MINUTE,
  plusDays,
  type Uuid,
} from '@yoyaku/kernel';
import { bookingsAtOnce, type Candidates } from './assignment';
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
  /** How many more bookings for as many people can be made at that time. */
  readonly remaining: number;
}

/** What one answer holds at most: slots, and resources named in them. With both it stays below some 6 MB of JSON. */
const LIMITS = { slots: 20_000, resources: 100_000 };

/**
 * Every slot that a request would be given at that moment, in order of start; by the same rules as the request. It may
 * take seconds in all, so it pauses wherever it yields, for others to go first. Throws `availability.too_large`.
 */
export function* findSlots(search: SlotSearch): Generator<void, OfferedSlot[]> {
  const { business, service } = search;
  if (!business.takesBookings) return [];
  const starts = startsOf(search);
  const found: Found = { slots: [], resources: 0 };
  const durations = durationsOf(service);
  for (const minutes of durations) yield* findSlotsOfDuration(search, starts, minutes, found);
  const { slots } = found;
  return durations.length > 1 ? slots.sort((a, b) => epochMs(a.start) - epochMs(b.start)) : slots;
}

/** Moments in order (epoch ms), and the business's dates that they lie between. */
interface Starts {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly moments: readonly number[];
}

/** When something may start as far as the business is concerned. */
function startsOf({ business, service, within, at }: SlotSearch): Starts {
  const { timeZone } = business;
  const window = bookable(business, at);
  const first = Math.max(within.start, window.start);
  const last = Math.min(within.end - 1, window.end);
  const [from, to] = [localDate(fromEpochMs(first), timeZone), localDate(fromEpochMs(last), timeZone)];
  const moments: number[] = [];
  for (const day of localDays(timeZone, from, to)) {
    for (const start of gridOf(day, service.slotIntervalMinutes)) {
      if (start >= first && start <= last) moments.push(start);
    }
  }
  return { from, to, moments };
}

/** How many bookings can be served, for each start in order: by a resource, or by all that may meet a requirement. */
type Units = Float64Array;

interface Free {
  readonly resourceId: Uuid;
  readonly units: Units;
}

interface Requirement {
  /** Who may meet it, as places in the list of all that are free. */
  readonly candidates: readonly number[];
  readonly units: Units;
}

interface Needs {
  readonly free: readonly Free[];
  readonly requirements: readonly Requirement[];
  readonly candidates: Candidates;
  /** Whether one may meet several requirements, and must not be counted for each. */
  readonly overlap: boolean;
}

/** Starts that are looked at between two pauses; of those whose resources must be matched first, fewer. */
const STRIDE = 200;
const MATCHED_STRIDE = 2;

interface Found {
  readonly slots: OfferedSlot[];
  /** Resources in all of them. */
  resources: number;
}

/** Adds the slots in order. */
function* findSlotsOfDuration(
  search: SlotSearch,
  starts: Starts,
  minutes: number,
  found: Found,
): Generator<void, void> {
  const needs = yield* needsOf(search, starts, minutes);
  const stride = needs.overlap ? MATCHED_STRIDE : STRIDE;
  for (let first = 0; first < starts.moments.length; first += stride) {
    yield;
    addSlots(needs, starts.moments, minutes * MINUTE, [first, first + stride], found);
  }
}

/** Those of the starts from one place in their list to another, which is not included. */
function addSlots(
  { free, requirements, candidates, overlap }: Needs,
  moments: readonly number[],
  length: number,
  [from, to]: readonly [number, number],
  found: Found,
): void {
  for (let i = from; i < to && i < moments.length; i++) {
    let remaining = leastAt(requirements, i);
    if (remaining > 0 && overlap) remaining = bookingsAtOnce(candidates, unitsAt(free, i));
    if (remaining === 0) continue;
    const start = moments[i] as number;
    const resourceIds = idsAt(free, i);
    found.slots.push({ start: fromEpochMs(start), end: fromEpochMs(start + length), resourceIds, remaining });
    found.resources += resourceIds.length;
    const fits = found.slots.length <= LIMITS.slots && found.resources <= LIMITS.resources;
    ensure(fits, 'availability.too_large', LIMITS);
  }
}

function leastAt(requirements: readonly Requirement[], start: number): number {
  let least = requirements[0]?.units[start] ?? 0;
  for (const { units } of requirements) if ((units[start] as number) < least) least = units[start] as number;
  return least;
}

const unitsAt = (free: readonly Free[], start: number): number[] => free.map(({ units }) => units[start] as number);

function idsAt(free: readonly Free[], start: number): Uuid[] {
  const ids: Uuid[] = [];
  for (const { resourceId, units } of free) if ((units[start] as number) > 0) ids.push(resourceId);
  return ids;
}

/** What the service needs when it takes so long, with all who may meet any of it, as far as something is left of them. */
function* needsOf(search: SlotSearch, starts: Starts, minutes: number): Generator<void, Needs> {
  const { service, candidates } = search;
  const unitsOf = unitsWithin(search, starts, minutes);
  const free: Free[] = [];
  const places = new Map<Uuid, number>();
  const requirements: Requirement[] = [];
  for (const [i, { anyOf }] of service.requirements.entries()) {
    const requirement = { candidates: [] as number[], units: new Float64Array(starts.moments.length) };
    for (const resourceId of anyOf) {
      const candidate = candidates.get(resourceId);
      if (!candidate || (i === 0 && durationOf(service, resourceId) !== minutes)) continue;
      const place = places.get(resourceId) ?? free.length;
      if (place === free.length) {
        places.set(resourceId, place);
        free.push({ resourceId, units: unitsOf(candidate) });
        yield;
      }
      requirement.candidates.push(place);
      addUp(requirement.units, (free[place] as Free).units);
    }
    requirements.push(requirement);
  }
  const lists = requirements.map((requirement) => requirement.candidates);
  return { free, requirements, candidates: lists, overlap: lists.flat().length > free.length };
}

function unitsWithin({ service, partySize }: SlotSearch, starts: Starts, minutes: number): (one: Candidate) => Units {
  const openingOf = openingAround(starts, minutes);
  const wanted = {
    serviceId: service.serviceId,
    length: minutes * MINUTE,
    before: service.bufferBeforeMinutes * MINUTE,
    after: service.bufferAfterMinutes * MINUTE,
  };
  return (candidate) => {
    const capacity = capacityOf(service, candidate);
    const units = freePlaces(candidate, capacity, openingOf(candidate), starts.moments, wanted);
    for (let i = 0; i < units.length; i++) {
      const left = units[i] as number;
      units[i] = left < partySize ? 0 : (left - (left % partySize)) / partySize;
    }
    return units;
  };
}

function addUp(sums: Units, units: Units): void {
  for (let i = 0; i < units.length; i++) sums[i] = (sums[i] as number) + (units[i] as number);
}

/** The opening of resources as far as it matters to what starts then and takes so long. */
function openingAround({ from, to }: Starts, minutes: number): (resource: ResourceRules) => readonly Interval[] {
  const reach = Math.ceil((minutes * MINUTE) / DAY) + 1;
  return openingBetween(plusDays(from, -1 - reach), plusDays(to, reach));
}

function freePlaces(
  { taken }: Candidate,
  capacity: number,
  open: readonly Interval[],
  starts: readonly number[],
  wanted: SessionKind,
): Float64Array {
  const places = new Float64Array(starts.length);
  let i = 0;
  for (const stretch of open) {
    while (i < starts.length && (starts[i] as number) < stretch.start) i++;
    while (i < starts.length && (starts[i] as number) + wanted.length <= stretch.end) places[i++] = capacity;
  }
  for (const sessions of taken) takeAway(places, starts, wanted, sessions);
  return places;
}
