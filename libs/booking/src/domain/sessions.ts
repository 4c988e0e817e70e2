import type { Spend } from './assignment';
import { type Entry, gapAfter, gapBefore } from './timetable';

/** What sessions, or blocks, have in common: length and buffers in ms; the service is null for a block. */
export interface SessionKind extends Pick<Entry, 'before' | 'after' | 'serviceId'> {
  readonly length: number;
}

/** Taken time of one kind, on one resource: hundreds of sessions at the price of two lists of numbers. */
export interface Sessions extends SessionKind {
  /** Epoch ms. */
  readonly starts: readonly number[];
  /** Of each session, in the order of the starts. */
  readonly people: readonly number[];
}

/** The sessions one by one. */
export const entriesOf = ({ starts, people, length, ...kind }: Sessions): Entry[] =>
  starts.map((start, i) => ({ ...kind, start, end: start + length, partySize: people[i] as number }));

/** What it costs to take a session from one start, in steps. */
const TAKING = 10;

/**
 * Takes from the places, which are those of a wanted session at each of its possible starts, what `placesTaken` would
 * count. The possible starts are in order. What it spends is for each session, and each start that it is in the way of.
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
  const isSameKind = taken.serviceId !== null && taken.serviceId === wanted.serviceId && taken.length === wanted.length;
  let first = 0;
  for (let n = 0; n < taken.starts.length; n++) {
    const start = taken.starts[n] as number;
    // What is taken is mostly in order, so that the first start in its way is near the one found before.
    while (first > 0 && (possibleStarts[first - 1] as number) > start - startsBefore) first--;
    while (first < places.length && (possibleStarts[first] as number) <= start - startsBefore) first++;
    let i = first;
    for (; i < places.length && (possibleStarts[i] as number) < start + startsAfter; i++) {
      const joins = isSameKind && possibleStarts[i] === start;
      places[i] = (places[i] as number) - (joins ? (taken.people[n] as number) : Number.POSITIVE_INFINITY);
    }
    spend(TAKING * (1 + i - first));
  }
}
