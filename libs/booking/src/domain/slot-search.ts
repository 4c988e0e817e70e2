import { ensure, fromEpochMs, type Instant, MINUTE, type Money, type Uuid } from '@yoyaku/kernel';
import { bookingsAtOnce, type Candidates, canServe, type Spend } from './assignment';
import { type Candidate, PlaceSearch, type Search, type Units } from './free-units';
import { type Offer, performersOf } from './offers';
import type { Venue } from './rules';
import { PlaceTeams, type Team } from './teams';

export interface SlotSearch extends Search {
  /** By id: the resources that may be used. Others that the requirements name are left out. */
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
  readonly venues: readonly Venue[];
}

/** One entry for each start, length and price: nobody is given a dearer or longer person unseen. */
export interface OfferedSlot {
  readonly start: Instant;
  readonly end: Instant;
  /** For all the people asked. */
  readonly price: Money;
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
 * All slots that can be booked at that moment, in order of start, then cheapest first, then shortest, by the same rules
 * that a booking request must pass. A search may take a second, so it yields often, and the caller lets other work go
 * first. Throws `availability.too_large`.
 */
export function* findSlots(search: SlotSearch): Generator<void, OfferedSlot[]> {
  const { business, service, venues, partySize } = search;
  if (!business.takesBookings) return [];
  const found: Found = { slots: [], resources: 0 };
  const effort = new Effort();
  const { spend } = effort;
  const performers = performersOf(service, partySize);
  const longest = Math.max(0, ...performers.map(({ offer }) => offer.minutes));
  const places: { times: PlaceSearch; teams: PlaceTeams }[] = [];
  for (const venue of venues) {
    const times = new PlaceSearch(search, venue, longest, spend);
    if (times.starts.length > 0) places.push({ times, teams: new PlaceTeams(venue, search, spend) });
    yield;
  }
  for (const { offer, ids } of performers) {
    const groups: Group[] = [];
    for (const { times, teams } of places) {
      for (const team of teams.with(ids)) {
        const all = team.members.map(() => 1);
        // Even if everybody is free, there may be too few resources for this service.
        if (canServe(team.candidates, all, 1, spend)) groups.push(yield* groupOf(team, times, offer.minutes, spend));
        yield;
      }
      if (effort.isPauseDue()) yield;
    }
    if (groups.length > 0) yield* addSlots(groups, offer, found, effort);
  }
  // Those of one start stay in the order of their offers.
  return found.slots.sort((a, b) => a.at - b.at).map(({ slot }) => slot);
}

/** Steps between two pauses: about a millisecond. */
const STRIDE = 100_000;

/** Counts the steps of a search. */
class Effort {
  private left = LIMITS.steps;
  private nextPause = LIMITS.steps - STRIDE;

  /** Throws `availability.too_large`. */
  readonly spend: Spend = (steps) => {
    this.left -= steps;
    ensure(this.left >= 0, 'availability.too_large', LIMITS);
  };

  /** Who asks pauses when it is. */
  isPauseDue(): boolean {
    const isDue = this.left <= this.nextPause;
    if (isDue) this.nextPause = this.left - STRIDE;
    return isDue;
  }
}

interface Free {
  readonly resourceId: Uuid;
  readonly isAnywhere: boolean;
  readonly units: Units;
}

/** A team, and when it is free. */
interface Group {
  readonly starts: readonly number[];
  /** All members, with their free units. */
  readonly free: readonly Free[];
  readonly candidates: Candidates;
  /** For each requirement, the units of all its candidates together. */
  readonly sums: readonly Units[];
  /** Whether one candidate may meet several requirements. It must not be counted for each of them. */
  readonly overlap: boolean;
}

function* groupOf(
  { members, candidates }: Team,
  place: PlaceSearch,
  minutes: number,
  spend: Spend,
): Generator<void, Group> {
  const { starts } = place;
  const free: Free[] = [];
  for (const member of members) {
    const { resourceId, locationId } = member;
    free.push({ resourceId, isAnywhere: locationId === null, units: place.unitsOf(member, minutes) });
    yield;
  }
  const sums: Units[] = [];
  for (const list of candidates) {
    spend(list.length * starts.length);
    const sum = new Float64Array(starts.length);
    for (const member of list) addUp(sum, (free[member] as Free).units);
    sums.push(sum);
    yield;
  }
  return { starts, free, candidates, sums, overlap: candidates.flat().length > free.length };
}

function addUp(sums: Units, units: Units): void {
  for (let i = 0; i < units.length; i++) sums[i] = (sums[i] as number) + (units[i] as number);
}

interface Found {
  /** With their starts in epoch ms. */
  readonly slots: { readonly at: number; readonly slot: OfferedSlot }[];
  /** Number of resource ids in all slots. */
  resources: number;
}

/** Costs in steps: of a slot, and of collecting one start of a place. */
const COST_OF_SLOT = 100;
const COST_OF_START = 10;

/** What a group can do at a start: who is free, and how many bookings it can serve. */
interface Chance {
  readonly group: Group;
  /** Index of the start among the group's. */
  readonly index: number;
  readonly remaining: number;
}

/** Adds the slots in order of start. */
function* addSlots(
  groups: readonly Group[],
  { minutes, price }: Offer,
  found: Found,
  effort: Effort,
): Generator<void, void> {
  const { spend } = effort;
  const searched = groups.map((group) => ({ group, remainingAt: remainingOf(group, spend), next: 0 }));
  for (const start of yield* startsOf(groups, spend)) {
    const chances: Chance[] = [];
    spend(searched.length);
    for (const one of searched) {
      if (effort.isPauseDue()) yield;
      if (one.group.starts[one.next] !== start) continue;
      const index = one.next++;
      const remaining = one.remainingAt(index);
      if (remaining > 0) chances.push({ group: one.group, index, remaining });
    }
    if (chances.length === 0) continue;
    spend(COST_OF_SLOT);
    const slot = {
      start: fromEpochMs(start),
      end: fromEpochMs(start + minutes * MINUTE),
      price,
      ...together(chances),
    };
    found.slots.push({ at: start, slot });
    found.resources += slot.resourceIds.length;
    const fits = found.slots.length <= LIMITS.slots && found.resources <= LIMITS.resources;
    ensure(fits, 'availability.too_large', LIMITS);
  }
}

/** The starts of all groups, each once, in order. */
function* startsOf(groups: readonly Group[], spend: Spend): Generator<void, Iterable<number>> {
  const lists = new Set(groups.map(({ starts }) => starts));
  if (lists.size === 1) return [...lists][0] as readonly number[];
  const all = new Set<number>();
  for (const starts of lists) {
    spend(COST_OF_START * starts.length);
    for (const start of starts) all.add(start);
    yield;
  }
  return Float64Array.from(all).sort();
}

/**
 * The bookings that are possible in several groups add up. But if one resource may be in each of them, only as many are
 * promised as in the best group; where one resource makes a booking, each is counted once.
 */
function together(chances: readonly Chance[]): Pick<OfferedSlot, 'resourceIds' | 'remaining'> {
  const [first, ...others] = chances as [Chance, ...Chance[]];
  if (others.length === 0) return { resourceIds: idsAt(first), remaining: first.remaining };
  const resourceIds = [...new Set(chances.flatMap(idsAt))];
  if (first.group.candidates.length === 1) return { resourceIds, remaining: unitsTogether(chances) };
  const isShared = chances.some(({ group }) => group.free.some(({ isAnywhere }) => isAnywhere));
  const counts = chances.map(({ remaining }) => remaining);
  return { resourceIds, remaining: isShared ? Math.max(...counts) : counts.reduce((sum, count) => sum + count) };
}

function unitsTogether(chances: readonly Chance[]): number {
  const most = new Map<Uuid, number>();
  for (const { group, index } of chances) {
    for (const { resourceId, units } of group.free) {
      most.set(resourceId, Math.max(most.get(resourceId) ?? 0, units[index] as number));
    }
  }
  return most.values().reduce((sum, units) => sum + units, 0);
}

/** How many more bookings can be made at a start. */
function remainingOf({ free, candidates, sums, overlap }: Group, spend: Spend): (start: number) => number {
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

function idsAt({ group, index }: Chance): Uuid[] {
  const ids: Uuid[] = [];
  for (const { resourceId, units } of group.free) if ((units[index] as number) > 0) ids.push(resourceId);
  return ids;
}
