import { atLocal, type DaySpan, epochMs, type LocalDate, plusDays, weekday } from '@yoyaku/kernel';
import type { OpeningRules, ResourceRules } from './rules';
import type { Interval } from './timetable';

/** When a wall clock shows that time on that date, in epoch ms. */
export type WallClock = (date: LocalDate, time: string) => number;

const clocks = new Map<string, Map<string, number>>();
const MANY = 10_000;

/** The wall clock of a zone. It remembers: the same few times are asked for again and again. */
export function wallClock(timeZone: string): WallClock {
  const known = clocks.get(timeZone) ?? new Map<string, number>();
  if (known.size > MANY) known.clear();
  clocks.set(timeZone, known);
  return (date, time) => {
    const key = date + time;
    const ms = known.get(key) ?? epochMs(atLocal(date, time, timeZone));
    known.set(key, ms);
    return ms;
  };
}

/**
 * When resources work, over these dates: their weekly hours, or those of an exceptional date, as far as their place is
 * open and has no holiday. Hours count to the date on which they begin; those that touch are one stretch, so that what
 * is booked may reach over midnight.
 */
export function openingOver(dates: readonly LocalDate[]): (resource: ResourceRules) => readonly Interval[] {
  const placeOpening = remembering(({ timeZone, hours, holidays }: OpeningRules) => {
    const clock = wallClock(timeZone);
    const open = stretches(dates, clock, (date) => (date in holidays ? [] : hours[weekday(date)]));
    return { clock, open };
  });
  return ({ place, hours, exceptions }) => {
    const { clock, open } = placeOpening(place);
    const own = stretches(dates, clock, (date) => exceptions[date]?.hours ?? (hours ? hours[weekday(date)] : ALL_DAY));
    return intersect(open, own);
  };
}

/** Whether one of the stretches, which are in order, holds all of the wanted time. */
export function covers(open: readonly Interval[], { start, end }: Interval): boolean {
  return open.some((stretch) => stretch.start <= start && end <= stretch.end);
}

const ALL_DAY: readonly DaySpan[] = [{ starts: '00:00', ends: '24:00' }];

function stretches(
  dates: readonly LocalDate[],
  clock: WallClock,
  spansOf: (date: LocalDate) => readonly DaySpan[] | undefined,
): Interval[] {
  const single = dates.flatMap((date) =>
    (spansOf(date) ?? []).map(({ starts, ends }) => ({
      start: clock(date, starts),
      end: clock(ends > starts ? date : plusDays(date, 1), ends),
    })),
  );
  return merge(single.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start));
}

function merge(sorted: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const next of sorted) {
    const last = merged.at(-1);
    if (last && next.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, next.end) };
    } else merged.push(next);
  }
  return merged;
}

function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const common: Interval[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as Interval, b[j] as Interval];
    const start = Math.max(x.start, y.start);
    const end = Math.min(x.end, y.end);
    if (start < end) common.push({ start, end });
    if (x.end < y.end) i++;
    else j++;
  }
  return common;
}

function remembering<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
