import { ensure, fromEpochMs, type Instant, MINUTE, type Money, type Uuid } from '@yoyaku/kernel';
import { type Chance, findChances, type SlotSearch } from './chances';
import { LIMITS } from './effort';
import { doneWith } from './rules';

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
 * All slots that can be booked at that moment, in order of start, then cheapest first, then shortest, by the same rules
 * that a booking request must pass; see {@link findChances}.
 */
export function* findSlots(search: SlotSearch): Generator<void, OfferedSlot[]> {
  const slots: { readonly at: number; readonly minutes: number; readonly slot: OfferedSlot }[] = [];
  /** Number of resource ids in all slots. */
  let resources = 0;
  yield* findChances(search, (at, { minutes, price }, chances) => {
    const times = { start: fromEpochMs(at), end: fromEpochMs(at + minutes * MINUTE) };
    const slot = { ...times, price, ...together(chances) };
    slots.push({ at, minutes, slot });
    resources += slot.resourceIds.length;
    ensure(slots.length <= LIMITS.slots && resources <= LIMITS.resources, 'availability.too_large', LIMITS);
  });
  return slots
    .sort((a, b) => a.at - b.at || a.slot.price.amount - b.slot.price.amount || a.minutes - b.minutes)
    .map(({ slot }) => slot);
}

/** The starts (epoch ms) at which anything can be booked, each once, in order. */
export function* findStarts(search: SlotSearch): Generator<void, readonly number[]> {
  const starts = new Set<number>();
  yield* findChances(search, (at) => starts.add(at));
  return [...starts].sort((a, b) => a - b);
}

/** A resource that can be booked at a start, what it would offer, and how many more bookings could be made with it. */
export interface FreeResource extends Pick<OfferedSlot, 'start' | 'end' | 'price' | 'remaining'> {
  readonly resourceId: Uuid;
}

/** Of each resource that can be booked then, the first slot in the range. */
export function* findFree(search: SlotSearch): Generator<void, FreeResource[]> {
  const free: FreeResource[] = [];
  for (const resourceId of search.candidates.keys()) {
    const [first] = yield* findSlots({ ...search, service: doneWith(search.service, resourceId) });
    if (!first) continue;
    const { start, end, price, remaining } = first;
    free.push({ resourceId, start, end, price, remaining });
  }
  return free;
}

/**
 * The bookings that are possible in several groups add up. But if one resource may be in each of them, only as many are
 * promised as in the best group; where one resource makes a booking, each is counted once. Who is in a session is in no
 * other group.
 */
function together(chances: readonly Chance[]): Pick<OfferedSlot, 'resourceIds' | 'remaining'> {
  const [first, ...others] = chances as [Chance, ...Chance[]];
  if (others.length === 0) return { resourceIds: idsAt(first), remaining: first.remaining };
  const resourceIds = [...new Set(chances.flatMap(idsAt))];
  if (first.group.candidates.length === 1) return { resourceIds, remaining: unitsTogether(chances) };
  const joined = Map.groupBy(chances, ({ group }) => group.joins);
  const apart = joined.get(undefined) ?? [];
  joined.delete(undefined);
  const isShared = apart.some(({ group }) => group.free.some(({ isAnywhere }) => isAnywhere));
  const counts = [
    ...joined.values().map(most),
    isShared ? most(apart) : apart.reduce((sum, one) => sum + one.remaining, 0),
  ];
  return { resourceIds, remaining: counts.reduce((sum, count) => sum + count) };
}

const most = (chances: readonly Chance[]): number => Math.max(0, ...chances.map(({ remaining }) => remaining));

function unitsTogether(chances: readonly Chance[]): number {
  const most = new Map<Uuid, number>();
  for (const { group, index } of chances) {
    for (const { resourceId, units } of group.free) {
      most.set(resourceId, Math.max(most.get(resourceId) ?? 0, units[index] as number));
    }
  }
  return most.values().reduce((sum, units) => sum + units, 0);
}

function idsAt({ group, index }: Chance): Uuid[] {
  const ids: Uuid[] = [];
  for (const { resourceId, units } of group.free) if ((units[index] as number) > 0) ids.push(resourceId);
  return ids;
}
