/** A stretch of time, from `start` up to but without `end`, in epoch milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Time that is taken, with the buffers (ms) that must stay clear of the neighbours' time. */
export interface Entry extends Interval {
  readonly before: number;
  readonly after: number;
  /** Who shares service, start and end shares a session; null is a block, which shares nothing. */
  readonly serviceId: string | null;
  readonly partySize: number;
  /** Entries of one booking are not in each other's way. */
  readonly bookingId?: string;
}

/** Entries in order of their start. */
export interface Timetable<E extends Entry = Entry> {
  readonly entries: readonly E[];
  /** No entry is longer than this (ms), buffers included: how far back one that is in the way may start. */
  readonly reach: number;
}

export const emptyTimetable: Timetable<never> = { entries: [], reach: 0 };

const span = ({ start, end, before, after }: Entry): number => before + end - start + after;

/** The index of the first entry that starts at that moment or later. */
function firstFrom(entries: readonly Entry[], start: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as Entry).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function insert<E extends Entry>({ entries, reach }: Timetable<E>, entry: E): Timetable<E> {
  return { entries: entries.toSpliced(firstFrom(entries, entry.start), 0, entry), reach: Math.max(reach, span(entry)) };
}

export const timetableOf = <E extends Entry>(entries: readonly E[]): Timetable<E> => ({
  entries: entries.toSorted((a, b) => a.start - b.start),
  reach: entries.reduce((reach, entry) => Math.max(reach, span(entry)), 0),
});

/**
 * How many places of the wanted session are taken; `Infinity` where a block or another session is in its way.
 *
 * Two sessions must lie so far apart that the longer of the two buffers between them fits: a buffer may overlap a
 * neighbour's buffer, but not its time.
 */
export function placesTaken({ entries, reach }: Timetable, wanted: Entry): number {
  const until = wanted.end + Math.max(wanted.after, reach);
  let taken = 0;
  for (let i = firstFrom(entries, wanted.start - wanted.before - reach); i < entries.length; i++) {
    const entry = entries[i] as Entry;
    if (entry.start >= until) break;
    if (wanted.bookingId !== undefined && entry.bookingId === wanted.bookingId) continue;
    if (sameSession(entry, wanted)) taken += entry.partySize;
    else if (clash(entry, wanted)) return Number.POSITIVE_INFINITY;
  }
  return taken;
}

const sameSession = (a: Entry, b: Entry): boolean =>
  a.serviceId !== null && a.serviceId === b.serviceId && a.start === b.start && a.end === b.end;

function clash(a: Entry, b: Entry): boolean {
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  return second.start - first.end < Math.max(first.after, second.before);
}
