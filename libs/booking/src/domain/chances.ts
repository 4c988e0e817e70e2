import type { Uuid } from '@yoyaku/kernel';
import { bookingsAtOnce, type Candidates, canServe, type Spend } from './assignment';
import { Effort } from './effort';
import { type Candidate, PlaceSearch, type Search, type Units } from './free-units';
import { type Offer, type Performers, performersOf } from './offers';
import type { Venue } from './rules';
import { type StandingSessions, standingSessions } from './standing-sessions';
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
  const joined = yield* joinedGroups(search, performers, places, spend);
  for (const { offer, ids } of performers) {
    const groups: Group[] = [];
    for (const { times, teams } of places) {
      for (const team of teams.with(ids)) {
        const all = team.members.map(() => 1);
        // Even if everybody is free, there may be too few resources for this service.
        if (canServe(team.candidates, all, 1, spend)) {
          groups.push(yield* groupOf(team, times.starts, (member) => times.unitsOf(member, offer.minutes), spend));
        }
        yield;
      }
      if (effort.isPauseDue()) yield;
    }
    groups.push(...(joined.get(keyOf(offer))?.groups ?? []));
    joined.delete(keyOf(offer));
    if (groups.length > 0) yield* chancesOf(groups, effort, (start, chances) => onStart(start, offer, chances));
  }
  for (const { offer, groups } of joined.values()) {
    yield* chancesOf(groups, effort, (start, chances) => onStart(start, offer, chances));
  }
}

interface Joined {
  readonly offer: Offer;
  readonly groups: Group[];
}

const keyOf = ({ minutes, price }: Offer): string => `${minutes} ${price.amount}`;

/** Who may be joined in sessions that stand, by what that is: a session keeps its length, whatever the service's is. */
function* joinedGroups(
  search: SlotSearch,
  performers: readonly Performers[],
  places: readonly { readonly times: PlaceSearch; readonly teams: PlaceTeams }[],
  spend: Spend,
): Generator<void, Map<string, Joined>> {
  const joined = new Map<string, Joined>();
  for (const sessions of standingSessions(search, search.candidates, spend)) {
    for (const { offer, ids } of performers) {
      spend(ids.length);
      if (!ids.some((id) => sessions.members.has(id))) continue;
      for (const { times, teams } of places) {
        const starts = sessions.starts.filter((start) => times.has(start));
        if (starts.length === 0) continue;
        for (const team of teams.with(ids, sessions.members)) {
          const units = (member: Candidate) => times.unitsIn(sessions.kindOf(member.resourceId), member, starts);
          const group = yield* groupOf(team, starts, units, spend, sessions);
          const what = { ...offer, minutes: sessions.minutes };
          joined.getOrInsertComputed(keyOf(what), () => ({ offer: what, groups: [] })).groups.push(group);
          yield;
        }
      }
    }
  }
  return joined;
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
  /** Those that are joined; absent: a booking takes time of its own, or opens a session. */
  readonly joins: StandingSessions | undefined;
}

function* groupOf(
  { members, candidates }: Team,
  starts: readonly number[],
  unitsOf: (member: Candidate) => Units,
  spend: Spend,
  joins?: StandingSessions,
): Generator<void, Group> {
  const free: Free[] = [];
  for (const member of members) {
    const { resourceId, locationId } = member;
    free.push({ resourceId, isAnywhere: locationId === null, units: unitsOf(member) });
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
  return { starts, free, candidates, sums, overlap: candidates.flat().length > free.length, joins };
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

/** How many more bookings can be made at a start. Those of one session are with one team. */
function remainingOf({ free, candidates, sums, overlap }: Group, spend: Spend): (start: number) => number {
  const bookingsAt = memoizedLast(free, (units) => bookingsOfTeams(candidates, units, spend));
  const isOfMany = (start: number): boolean => free.some(({ units }) => (units[start] as number) > 1);
  return (start) => {
    spend(sums.length);
    const least = leastAt(sums, start);
    if (least === 0) return 0;
    spend(free.length);
    return overlap || (candidates.length > 1 && isOfMany(start)) ? bookingsAt(start) : least;
  };
}

/**
 * A team takes as many bookings as its busiest member can. So the teams of whom each can take one, those of whom each
 * can take two, and so on are counted: each count but the first says how many take one more.
 */
function bookingsOfTeams(candidates: Candidates, units: readonly number[], spend: Spend): number {
  const levels = [...new Set(units)].filter((level) => level > 0).sort((a, b) => a - b);
  let [bookings, before] = [0, 0];
  for (const level of levels) {
    const able = units.map((count) => (count >= level ? 1 : 0));
    bookings += (level - before) * bookingsAtOnce(candidates, able, spend);
    before = level;
  }
  return bookings;
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
