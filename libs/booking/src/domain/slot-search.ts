import { ensure, epochMs, fromEpochMs, type Instant, localDate, MINUTE, type Uuid } from '@yoyaku/kernel';
import { bookingsAtOnce, type Candidates, canServe, type Spend } from './assignment';
import { type Candidate, freeUnits, type Starts, type Units, type UnitsOf } from './free-units';
import { gridOf } from './grid';
import { localDays } from './local-days';
import { bookable } from './request-policies';
import { type BusinessRules, byPlace, durationOf, durationsOf, type ServiceRules } from './rules';
import type { Interval } from './timetable';

export interface SlotSearch {
  readonly business: BusinessRules;
  readonly service: ServiceRules;
  /** By id: the resources that may be used. Others that the requirements name are left out. */
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
  /** When slots may start, epoch ms. */
  readonly range: Interval;
  readonly partySize: number;
  /** The moment of the search, epoch ms. */
  readonly at: number;
}

export interface OfferedSlot {
  readonly start: Instant;
  readonly end: Instant;
  /** Resources that are free then and meet one of the service's requirements. */
  readonly resourceIds: readonly Uuid[];
  /** How many more bookings for the same number of people can be made at that time. */
  readonly remaining: number;
}

/**
 * Limits of one answer: slots, and resource ids in all slots together, which keep it below some 6 MB of JSON; and steps
 * of the search, which are list entries that are looked at, about one second of work.
 */
const LIMITS = { slots: 20_000, resources: 100_000, steps: 100_000_000 };

/**
 * All slots that can be booked at that moment, in order of start, by the same rules that a booking request must pass. A
 * search may take a second, so it yields often, and the caller lets other work go first. Throws
 * `availability.too_large`.
 */
export function* findSlots(search: SlotSearch): Generator<void, OfferedSlot[]> {
  const { business, service, candidates, partySize } = search;
  if (!business.takesBookings) return [];
  const starts = startsOf(search);
  const found: Found = { slots: [], resources: 0 };
  const spend = limitedTo(LIMITS.steps);
  const unitsOf = memoized(freeUnits(service, partySize, starts, spend));
  const durations = durationsOf(service);
  for (const minutes of durations) {
    const needs: Needs[] = [];
    for (const together of byPlace(service, candidates)) {
      const team = teamOf(service, together, minutes);
      const all = team.members.map(() => 1);
      // Even if everybody is free, there may be too few resources for this service.
      if (canServe(team.candidates, all, 1, spend)) needs.push(yield* needsOf(team, starts, minutes, unitsOf, spend));
    }
    if (needs.length > 0) yield* addSlots(needs, starts, minutes, found, spend);
  }
  const { slots } = found;
  return durations.length > 1 ? slots.sort((a, b) => epochMs(a.start) - epochMs(b.start)) : slots;
}

function limitedTo(most: number): Spend {
  let left = most;
  return (steps) => {
    left -= steps;
    ensure(left >= 0, 'availability.too_large', LIMITS);
  };
}

/** The starts that the business's own rules allow. */
function startsOf({ business, service, range, at }: SlotSearch): Starts {
  const { timeZone } = business;
  const window = bookable(business, at);
  const first = Math.max(range.start, window.start);
  const last = Math.min(range.end - 1, window.end);
  const [from, to] = [localDate(fromEpochMs(first), timeZone), localDate(fromEpochMs(last), timeZone)];
  const moments: number[] = [];
  for (const day of localDays(timeZone, from, to)) {
    for (const start of gridOf(day, service.slotIntervalMinutes)) {
      if (start >= first && start <= last) moments.push(start);
    }
  }
  return { from, to, moments };
}

/** The resources for a service of one duration. */
interface Team {
  readonly members: readonly Candidate[];
  /** For each requirement, indexes in the list of members. */
  readonly candidates: Candidates;
}

function teamOf(service: ServiceRules, candidates: SlotSearch['candidates'], minutes: number): Team {
  const places = new Map<Uuid, number>();
  const members: Candidate[] = [];
  const lists = service.requirements.map(({ anyOf }, i) => {
    const list: number[] = [];
    for (const resourceId of anyOf) {
      const candidate = candidates.get(resourceId);
      if (!candidate || (i === 0 && durationOf(service, resourceId) !== minutes)) continue;
      const place = places.get(resourceId) ?? members.push(candidate) - 1;
      places.set(resourceId, place);
      list.push(place);
    }
    return list;
  });
  return { members, candidates: lists };
}

/** A resource without a place belongs to the team of every place, so its units are computed once and kept. */
function memoized(unitsOf: UnitsOf): UnitsOf {
  const known = new Map<string, Units>();
  return (candidate, minutes) => {
    const key = `${candidate.resourceId} ${minutes}`;
    const units = known.get(key) ?? unitsOf(candidate, minutes);
    known.set(key, units);
    return units;
  };
}

interface Free {
  readonly resourceId: Uuid;
  readonly isAnywhere: boolean;
  readonly units: Units;
}

interface Needs {
  /** All candidates, with their free units. */
  readonly free: readonly Free[];
  readonly candidates: Candidates;
  /** For each requirement, the units of all its candidates together. */
  readonly sums: readonly Units[];
  /** Whether one candidate may meet several requirements. It must not be counted for each of them. */
  readonly overlap: boolean;
}

function* needsOf(
  { members, candidates }: Team,
  { moments }: Starts,
  minutes: number,
  unitsOf: UnitsOf,
  spend: Spend,
): Generator<void, Needs> {
  const free: Free[] = [];
  for (const member of members) {
    const { resourceId, locationId } = member;
    free.push({ resourceId, isAnywhere: locationId === null, units: unitsOf(member, minutes) });
    yield;
  }
  const sums: Units[] = [];
  for (const list of candidates) {
    spend(list.length * moments.length);
    const sum = new Float64Array(moments.length);
    for (const place of list) addUp(sum, (free[place] as Free).units);
    sums.push(sum);
    yield;
  }
  return { free, candidates, sums, overlap: candidates.flat().length > free.length };
}

function addUp(sums: Units, units: Units): void {
  for (let i = 0; i < units.length; i++) sums[i] = (sums[i] as number) + (units[i] as number);
}

interface Found {
  readonly slots: OfferedSlot[];
  /** Number of resource ids in all slots. */
  resources: number;
}

/** Starts that are looked at between two pauses; fewer where resources must be matched, which costs more. */
const STRIDE = 200;
const MATCHED_STRIDE = 2;

/**
 * Adds the slots in order; `needs` has an entry for each place. The bookings that are possible at several places add
 * up. But if one resource may be at each of them, only as many are promised as at the best place.
 */
function* addSlots(
  needs: readonly Needs[],
  { moments }: Starts,
  minutes: number,
  found: Found,
  spend: Spend,
): Generator<void, void> {
  const places = needs.map((need) => ({ free: need.free, remainingAt: remainingOf(need, spend) }));
  const isShared = needs.some(({ free }) => free.some(({ isAnywhere }) => isAnywhere));
  const stride = needs.some(({ overlap }) => overlap) ? MATCHED_STRIDE : STRIDE;
  for (const [i, start] of moments.entries()) {
    if (i % stride === 0) yield;
    let remaining = 0;
    let resourceIds: readonly Uuid[] = [];
    for (const { free, remainingAt } of places) {
      const here = remainingAt(i);
      if (here === 0) continue;
      const ids = idsAt(free, i);
      resourceIds = remaining === 0 ? ids : [...new Set([...resourceIds, ...ids])];
      remaining = isShared ? Math.max(remaining, here) : remaining + here;
    }
    if (remaining === 0) continue;
    found.slots.push({ start: fromEpochMs(start), end: fromEpochMs(start + minutes * MINUTE), resourceIds, remaining });
    found.resources += resourceIds.length;
    const fits = found.slots.length <= LIMITS.slots && found.resources <= LIMITS.resources;
    ensure(fits, 'availability.too_large', LIMITS);
  }
}

/** How many more bookings can be made at a start. */
function remainingOf({ free, candidates, sums, overlap }: Needs, spend: Spend): (start: number) => number {
  const bookingsAt = memoizedLast(free, (units) => bookingsAtOnce(candidates, units, spend));
  return (start) => {
    spend(sums.length);
    const least = leastAt(sums, start);
    if (least === 0) return 0;
    spend(free.length);
    return overlap ? bookingsAt(start) : least;
  };
}

function leastAt(sums: readonly Units[], start: number): number {
  let least = sums[0]?.[start] ?? 0;
  for (const sum of sums) if ((sum[start] as number) < least) least = sum[start] as number;
  return least;
}

/** Keeps the last result, because units seldom differ from those of the start before. */
function memoizedLast(free: readonly Free[], compute: (units: readonly number[]) => number): (start: number) => number {
  let last: readonly number[] | undefined;
  let result = 0;
  return (start) => {
    if (last && free.every(({ units }, i) => units[start] === last?.[i])) return result;
    last = free.map(({ units }) => units[start] as number);
    result = compute(last);
    return result;
  };
}

function idsAt(free: readonly Free[], start: number): Uuid[] {
  const ids: Uuid[] = [];
  for (const { resourceId, units } of free) if ((units[start] as number) > 0) ids.push(resourceId);
  return ids;
}
