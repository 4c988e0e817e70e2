import type { Uuid } from '@yoyaku/kernel';

/** A span of time from `start` up to, but not including, `end`. Both are epoch milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * The other resources that a session takes, in order of their ids: they are its team, and who joins is given the same.
 * Null where that is not known, or left open.
 */
export type Alongside = readonly Uuid[] | null;

export const isSameTeam = (a: Alongside, b: Alongside): boolean =>
  a === null || b === null || (a.length === b.length && a.every((id, i) => id === b[i]));

/** Whether the same is known of both. */
export const isEqualTeam = (a: Alongside, b: Alongside): boolean =>
  a === b || (a !== null && b !== null && isSameTeam(a, b));

/** Time that is taken. Its buffers (ms) must not overlap the neighbours' time. */
export interface Entry extends Interval {
  readonly before: number;
  readonly after: number;
  /** Null: a block. */
  readonly serviceId: Uuid | null;
  /** Shared entries of the same service, start, end and team are one session. Others share their time with nobody. */
  readonly shared: boolean;
  readonly alongside: Alongside;
  readonly partySize: number;
  /** Entries of the same booking never conflict. */
  readonly bookingId?: Uuid;
}

/** Entries in order of their start. */
export interface Timetable<E extends Entry = Entry> {
  readonly entries: readonly E[];
  /** Length of the longest entry with its buffers (ms). No conflicting entry starts earlier than this. */
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

/** The timetable without those entries. */
export function without<E extends Entry>(timetable: Timetable<E>, gone: readonly E[]): Timetable<E> {
  if (gone.length === 0) return timetable;
  const { entries, reach } = timetable;
  const left = entries.filter((entry) => !gone.includes(entry));
  return gone.some((entry) => span(entry) === reach) ? timetableOf(left) : { entries: left, reach };
}

/** Entries that start within the interval. */
export const startingWithin = <E extends Entry>({ entries }: Timetable<E>, { start, end }: Interval): readonly E[] =>
  entries.slice(firstFrom(entries, start), firstFrom(entries, end));

export const startingAt = <E extends Entry>(timetable: Timetable<E>, start: number): readonly E[] =>
  startingWithin(timetable, { start, end: start + 1 });

export const timetableOf = <E extends Entry>(entries: readonly E[]): Timetable<E> => ({
  entries: entries.toSorted((a, b) => a.start - b.start),
  reach: entries.reduce((reach, entry) => Math.max(reach, span(entry)), 0),
});

/**
 * How many places of the wanted session are taken; `Infinity` where a block or another session is in its way.
 */
export function placesTaken(timetable: Timetable, wanted: Entry): number {
  let taken = 0;
  for (const entry of rivals(timetable, wanted)) {
    if (!joins(entry, wanted)) return Number.POSITIVE_INFINITY;
    taken += entry.partySize;
  }
  return taken;
}

/** The entries that take from the wanted session: those in its way, and those of the same session. */
export function* rivals<E extends Entry>({ entries, reach }: Timetable<E>, wanted: Entry): Generator<E> {
  const until = wanted.end + Math.max(wanted.after, reach);
  const length = wanted.end - wanted.start;
  for (let i = firstFrom(entries, wanted.start - wanted.before - reach); i < entries.length; i++) {
    const entry = entries[i] as E;
    if (entry.start >= until) break;
    if (isOfSameBooking(entry, wanted)) continue;
    if (wanted.start > lastStartBefore(entry, wanted, length) && wanted.start < firstStartAfter(entry, wanted))
      yield entry;
  }
}

/** A block belongs to no booking, even if it has the same id. */
const isOfSameBooking = (entry: Entry, wanted: Entry): boolean =>
  wanted.bookingId !== undefined &&
  entry.bookingId === wanted.bookingId &&
  (entry.serviceId === null) === (wanted.serviceId === null);

/** Whether both are in one session: bookings of the same service at the same time, with the same team. */
export const joins = (entry: Entry, { serviceId, shared, start, end, alongside }: Entry): boolean =>
  shared &&
  entry.shared &&
  entry.start === start &&
  entry.end === end &&
  entry.serviceId !== null &&
  entry.serviceId === serviceId &&
  isSameTeam(entry.alongside, alongside);

const lastStartBefore = (entry: Entry, wanted: Buffers, length: number): number =>
  entry.start - gapBefore(entry, wanted) - length;
const firstStartAfter = (entry: Entry, wanted: Buffers): number => entry.end + gapAfter(entry, wanted);

type Buffers = Pick<Entry, 'before' | 'after'>;

/*
 * Two sessions must lie so far apart that the longer of the two buffers between them fits: a buffer may overlap a
 * neighbour's buffer, but not its time.
 */

/** How long before a taken session the wanted one must end. */
export const gapBefore = ({ before }: Buffers, { after }: Buffers): number => Math.max(before, after);
/** How long after a taken session the wanted one may start. */
export const gapAfter = ({ after }: Buffers, { before }: Buffers): number => Math.max(after, before);
