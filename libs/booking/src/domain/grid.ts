import { DAY, type LocalDate, MINUTE, plusDays } from '@yoyaku/kernel';
import type { WallClock } from './opening';

/** Whether the wall clock shows a full multiple of the interval, counted from midnight, at that moment (epoch ms). */
export function onGrid(at: number, timeZone: string, intervalMinutes: number): boolean {
  if (at % MINUTE !== 0) return false;
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return (hour * 60 + minute) % intervalMinutes === 0;
}

/** Every moment (epoch ms) of the local date that is on the grid, in order. */
export function gridOf(date: LocalDate, timeZone: string, intervalMinutes: number, clock: WallClock): number[] {
  const start = clock(date, '00:00');
  const end = clock(plusDays(date, 1), '00:00');
  return end - start === DAY
    ? steps(start, end, intervalMinutes * MINUTE)
    : steps(start, end, MINUTE).filter((at) => onGrid(at, timeZone, intervalMinutes)); // the clock changes that day
}

const steps = (start: number, end: number, step: number): number[] =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => start + i * step);
