import type { Uuid } from '@yoyaku/kernel';
import type { Spend } from './assignment';
import { type Entry, gapAfter, gapBefore, isEqualTeam, isSameTeam } from './timetable';

/** What sessions of one kind share. Length and buffers are in ms. */
export interface SessionKind extends Pick<Entry, 'before' | 'after' | 'alongside'> {
  readonly length: number;
  /** Whose sessions they are, if strangers may join them. Null: time that is shared with nobody, a block for instance. */
  readonly serviceId: Uuid | null;
}

/** All sessions of one kind on one resource. Two lists of numbers hold hundreds of them cheaply. */
export interface Sessions extends SessionKind {
  /** Epoch ms. */
  readonly starts: readonly number[];
  /** People in each session, in the order of the starts. */
  readonly people: readonly number[];
}

/** The sessions one by one. */
export const entriesOf = ({ starts, people, length, ...kind }: Sessions): Entry[] =>
  starts.map((start, i) => ({
    ...kind,
    shared: kind.serviceId !== null,
    start,
    end: start + length,
    partySize: people[i] as number,
  }));

/** One entry as the only session of its kind. */
export const sessionOf = ({ start, end, before, after, alongside, partySize, shared, serviceId }: Entry): Sessions => ({
  serviceId: shared ? serviceId : null,
  length: end - start,
  before,
  after,
  alongside,
  starts: [start],
  people: [partySize],
});

/** The sessions without these entries, which may be among them. */
export const withoutEntries = (all: readonly Sessions[], gone: readonly Entry[]): readonly Sessions[] =>
  gone.reduce(withoutEntry, all);

function withoutEntry(all: readonly Sessions[], { start, end, partySize, ...entry }: Entry): readonly Sessions[] {
  const serviceId = entry.shared ? entry.serviceId : null;
  return all.map((sessions) => {
    const { starts, people, length, before, after } = sessions;
    const isKind = sessions.serviceId === serviceId && length === end - start && before === entry.before;
    const isOfTeam = isEqualTeam(sessions.alongside, entry.alongside);
    const at = isKind && after === entry.after && isOfTeam ? starts.indexOf(start) : -1;
    if (at < 0) return sessions;
    const left = (people[at] as number) - partySize;
    return left > 0
      ? { ...sessions, people: people.with(at, left) }
      : { ...sessions, starts: starts.toSpliced(at, 1), people: people.toSpliced(at, 1) };
  });
}

/** Cost of looking at one start for one session, in steps. */
const COST_OF_START = 10;

/**
 * Subtracts from `places`, the free places of a wanted session at each of its possible starts, what `placesTaken` would
 * count as taken. The possible starts are in order. The cost grows with the taken sessions and the starts they block.
 */
export function takeAway(
  places: Float64Array,
  possibleStarts: readonly number[],
  wanted: SessionKind,
  taken: Sessions,
  spend: Spend,
): void {
  const startsBefore = gapBefore(taken, wanted) + wanted.length;
  const startsAfter = gapAfter(taken, wanted) + taken.length;
  const isOfService = taken.serviceId !== null && taken.serviceId === wanted.serviceId;
  const isSameKind = isOfService && taken.length === wanted.length && isSameTeam(taken.alongside, wanted.alongside);
  let first = 0;
  for (let n = 0; n < taken.starts.length; n++) {
    const start = taken.starts[n] as number;
    // Taken sessions are mostly in order, so the first start that one of them blocks is near that of the one before.
    while (first > 0 && (possibleStarts[first - 1] as number) > start - startsBefore) first--;
    while (first < places.length && (possibleStarts[first] as number) <= start - startsBefore) first++;
    let i = first;
    for (; i < places.length && (possibleStarts[i] as number) < start + startsAfter; i++) {
      const joins = isSameKind && possibleStarts[i] === start;
      places[i] = (places[i] as number) - (joins ? (taken.people[n] as number) : Number.POSITIVE_INFINITY);
    }
    spend(COST_OF_START * (1 + i - first));
  }
}
