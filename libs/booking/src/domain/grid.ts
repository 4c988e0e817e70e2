import { MINUTE } from '@yoyaku/kernel';
import type { LocalDay } from './local-days';

/** Whether the wall clock, at that moment (epoch ms), shows a multiple of the interval counted from midnight. */
export function onGrid(at: number, timeZone: string, intervalMinutes: number): boolean {
  if (at % MINUTE !== 0) return false;
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return (hour * 60 + minute) % intervalMinutes === 0;
}

/** Every moment (epoch ms) of the day that is on the grid, in order. */
export function gridOf(day: LocalDay, intervalMinutes: number): number[] {
  const { start, end, timeZone } = day;
  return day.changesClock
    ? steps(start, end, MINUTE).filter((at) => onGrid(at, timeZone, intervalMinutes))
    : steps(start, end, intervalMinutes * MINUTE);
}

function steps(start: number, end: number, step: number): number[] {
  const moments: number[] = [];
  for (let at = start; at < end; at += step) moments.push(at);
  return moments;
}
