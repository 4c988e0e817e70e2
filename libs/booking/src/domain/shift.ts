import { fromEpochMs, type Instant } from '@yoyaku/kernel';

/**
 * How a move of one moment moves others, in the wall time of the zone: by as many days, and by as much of the clock, so
 * that what takes place at ten goes on doing so when the clocks change. Null for a wall time that the clock skips; of one
 * that it shows twice the first is meant.
 */
export function shiftOf(from: Instant, to: Instant, timeZone: string): (start: Instant) => Instant | null {
  const wall = (at: Instant) => Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const by = wall(from).until(wall(to));
  return (start) => {
    // One of two moments that the clock shows alike may have been asked for.
    if (start === from) return to;
    const shifted = wall(start).add(by);
    const moment = shifted.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
    return moment.toPlainDateTime().equals(shifted) ? fromEpochMs(moment.epochMilliseconds) : null;
  };
}
