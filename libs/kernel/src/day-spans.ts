import type { LocalTime, Weekday } from './time';

/** A span of one day's wall clock; `24:00` is the end of the day. */
export interface DaySpan {
  readonly starts: LocalTime;
  readonly ends: LocalTime;
}

/** Spans by the day of the week on which they recur. A day that is missing has none. */
export type WeeklySpans = Readonly<Partial<Record<Weekday, readonly DaySpan[]>>>;

/** Whether each span ends after it starts and no two of them share a moment. */
export function areDisjoint(spans: readonly DaySpan[]): boolean {
  const sorted = spans.toSorted((a, b) => (a.starts < b.starts ? -1 : 1));
  return sorted.every(({ starts, ends }, i) => starts < ends && ends <= (sorted[i + 1]?.starts ?? '24:00'));
}

/** Groups by weekday, each day's spans in order. */
export function byWeekday(spans: readonly (DaySpan & { readonly day: Weekday })[]): WeeklySpans {
  const week: Partial<Record<Weekday, DaySpan[]>> = {};
  for (const { day, starts, ends } of spans.toSorted((a, b) => (a.starts < b.starts ? -1 : 1))) {
    week[day] = [...(week[day] ?? []), { starts, ends }];
  }
  return week;
}
