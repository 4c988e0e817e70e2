import type { DaySpan, LocalDate } from '@yoyaku/kernel';
import { type LocalDay, localDay, localDays } from './local-days';
import type { OpeningRules, ResourceRules } from './rules';
import type { Interval } from './timetable';

/**
 * When resources work, from one date to another, both included. A resource works in its weekly hours, or in those of an
 * exceptional date, while its place is open and has no holiday. Hours belong to the date on which they begin. Hours
 * that touch become one interval, so that a booking may reach over midnight.
 */
export function openingBetween(from: LocalDate, to: LocalDate): (resource: ResourceRules) => readonly Interval[] {
  const placeOpening = memoized(({ timeZone, hours, holidays }: OpeningRules) => {
    const days = localDays(timeZone, from, to);
    return { days, open: intervals(days, ({ date, weekday }) => (date in holidays ? [] : hours[weekday])) };
  });
  return memoized(({ place, hours, exceptions }: ResourceRules) => {
    const { days, open } = placeOpening(place);
    const own = intervals(days, ({ date, weekday }) => exceptions[date]?.hours ?? (hours ? hours[weekday] : ALL_DAY));
    return intersect(open, own);
  });
}

/** Whether one of the intervals, which are in order, contains the whole wanted time. */
export function covers(open: readonly Interval[], { start, end }: Interval): boolean {
  return open.some((interval) => interval.start <= start && end <= interval.end);
}

const ALL_DAY: readonly DaySpan[] = [{ starts: '00:00', ends: '24:00' }];

function intervals(days: readonly LocalDay[], spansOf: (day: LocalDay) => readonly DaySpan[] | undefined): Interval[] {
  const each: Interval[] = [];
  for (const day of days) {
    for (const { starts, ends } of spansOf(day) ?? []) {
      const start = day.at(starts);
      const end = (ends > starts ? day : localDay(day.timeZone, day.next)).at(ends);
      if (start < end) each.push({ start, end });
    }
  }
  return merge(each.sort((a, b) => a.start - b.start));
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

function memoized<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
