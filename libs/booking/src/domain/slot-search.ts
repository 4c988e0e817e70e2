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

function slotsOfDuration(search: SlotSearch, starts: Starts, minutes: number): OfferedSlot[] {
  const { partySize } = search;
  const { moments } = starts;
  const length = minutes * MINUTE;
  const requirements = requirementsOf(search, starts, minutes);
  const slots: OfferedSlot[] = [];
  for (let i = 0; i < moments.length; i++) {
    const remaining = requirements.reduce((least, { places }) => Math.min(least, places[i] as number), Infinity);
    if (remaining <= 0) continue;
    const free = requirements.map(({ anyOf }) => idsWith(anyOf, i, partySize));
    if (!isAssignable(free)) continue;
    const start = moments[i] as number;
    slots.push({
      start: fromEpochMs(start),
      end: fromEpochMs(start + length),
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
function requirementsOf(search: SlotSearch, starts: Starts, minutes: number): Requirement[] {
  const { service, candidates, partySize } = search;
  const { moments } = starts;
  const openingOf = openingAround(starts, minutes);
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
      places: freePlaces(candidate, capacityOf(service, candidate), openingOf(candidate), moments, wanted),
    };
    free.set(resourceId, known);
    return known;
  };
  return service.requirements.map((requirement, i) => {
    const anyOf = requirement.anyOf
      .filter((id) => i > 0 || durationOf(service, id) === minutes)
      .flatMap((id) => candidates.get(id) ?? [])
      .map(freeOf);
    const places = new Float64Array(moments.length);
    for (const one of anyOf) addUp(places, one.places, partySize);
    return { anyOf, places };
  });
}

/** The opening of resources as far as it matters to what starts then and takes so long. */
function openingAround({ from, to }: Starts, minutes: number): (resource: ResourceRules) => readonly Interval[] {
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
