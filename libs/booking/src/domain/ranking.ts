import { atLocal, epochMs, fromEpochMs, localDate, plusDays, type Uuid } from '@yoyaku/kernel';
import type { CalendarState } from './calendar.decider';
import { type Interval, startingWithin } from './timetable';

/** The day of a place on which that moment (epoch ms) is. */
export function dayOf(start: number, timeZone: string): Interval {
  const date = localDate(fromEpochMs(start), timeZone);
  return {
    start: epochMs(atLocal(date, '00:00', timeZone)),
    end: epochMs(atLocal(plusDays(date, 1), '00:00', timeZone)),
  };
}

/** How many bookings of a calendar start on that day. */
export const bookingsOn = (state: CalendarState, day: Interval): number =>
  startingWithin(state, day).filter(({ serviceId }) => serviceId !== null).length;

/** Ranks are compared number by number: the lower one is tried first. */
export function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing < 0 ? 0 : (a[differing] as number) - (b[differing] as number);
}

export const byId = (a: Uuid, b: Uuid): number => (a < b ? -1 : 1);
