import { deriveUuid, epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import type { Held } from './calendar-entries';

/** A time at which an outside calendar says that the resource is busy. */
export interface OutsideTime {
  readonly start: Instant;
  readonly end: Instant;
}

interface WantedBlock extends OutsideTime {
  readonly blockId: Uuid;
}

/** The blocks of a calendar that are to be added, and those that are to be lifted. What is over stays as it was. */
export interface Difference {
  readonly missing: readonly WantedBlock[];
  readonly gone: readonly Held[];
}

/** What of the entries differs from what an outside calendar asks for; one that is not linked asks for nothing. */
export function differenceOf(
  { entries, calendars }: { readonly entries: readonly Held[]; readonly calendars: readonly Uuid[] },
  calendarId: Uuid,
  times: readonly OutsideTime[],
  at: Instant,
): Difference {
  const now = epochMs(at);
  const isLinked = calendars.includes(calendarId);
  const ahead = isLinked ? times.filter(({ end }) => epochMs(end) > now) : [];
  const wanted = new Map(ahead.map((time) => [blockIdOf(calendarId, time), time]));
  const held = entries.filter((entry) => entry.calendarId === calendarId && (!isLinked || entry.end > now));
  const known = new Set(held.map(({ bookingId }) => bookingId));
  return {
    missing: [...wanted].flatMap(([blockId, { start, end }]) => (known.has(blockId) ? [] : { blockId, start, end })),
    gone: held.filter(({ bookingId }) => !wanted.has(bookingId)),
  };
}

/** A time of a calendar has one block, however often it is read; another time has another. */
const blockIdOf = (calendarId: Uuid, { start, end }: OutsideTime): Uuid =>
  deriveUuid('outside-time', calendarId, start, end);
