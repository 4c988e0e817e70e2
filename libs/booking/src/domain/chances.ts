import type { Uuid } from '@yoyaku/kernel';
import { bookingsAtOnce, type Candidates, canServe, type Spend } from './assignment';
import { Effort } from './effort';
import { type Candidate, PlaceSearch, type Search, type Units } from './free-units';
import { type Offer, performersOf } from './offers';
import type { Venue } from './rules';
import { PlaceTeams, type Team } from './teams';

export interface SlotSearch extends Search {
  /** By id: the resources that may be used. Others that the requirements name are left out. */
  readonly candidates: ReadonlyMap<Uuid, Candidate>;
  readonly venues: readonly Venue[];
}

/** Is told, offer by offer and each in order of start (epoch ms), what can be done at a start: one chance or more. */
export type OnStart = (start: number, offer: Offer, chances: readonly Chance[]) => void;

/**
 * Finds all starts at which a booking can be made, by the same rules that a request must pass. It may take a second, so
 * it yields often, and the caller lets other work go first. Throws `availability.too_large`.
 */
export function* findChances(search: SlotSearch, onStart: OnStart): Generator<void, void> {
  const { business, service, venues, partySize } = search;
  if (!business.takesBookings || !business.takesNew) return;
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
    if (groups.length > 0) yield* chancesOf(groups, effort, (start, chances) => onStart(start, offer, chances));
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

/** Costs in steps: of a slot, and of collecting one start of a place. */
const COST_OF_SLOT = 100;
const COST_OF_START = 10;

/** What a group can do at a start: who is free, and how many bookings it can serve. */
export interface Chance {
  readonly group: Group;
  /** Index of the start among the group's. */
  readonly index: number;
  readonly remaining: number;
}

/** In order of start. */
function* chancesOf(
  groups: readonly Group[],
  effort: Effort,
  onStart: (start: number, chances: readonly Chance[]) => void,
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
    onStart(start, chances);
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
