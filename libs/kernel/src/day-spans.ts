import type { LocalTime, Weekday } from './time';

/**
 * A span of one day's wall clock; `24:00` is the end of the day. One that ends at its start or earlier ends on the next
 * day.
 */
export interface DaySpan {
  readonly starts: LocalTime;
  readonly ends: LocalTime;
}

/** Spans by the day of the week on which they recur. A day that is missing has none. */
export type WeeklySpans = Readonly<Partial<Record<Weekday, readonly DaySpan[]>>>;

const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Minutes from midnight to a time such as `09:30`. */
export const minutesOf = (time: LocalTime): number => 60 * twoDigits(time, 0) + twoDigits(time, 3);

const ZERO = '0'.charCodeAt(0);

const twoDigits = (text: string, at: number): number =>
  10 * (text.charCodeAt(at) - ZERO) + (text.charCodeAt(at + 1) - ZERO);

/** Whether the span ends on the day after. */
export const isOvernight = ({ starts, ends }: DaySpan): boolean => ends <= starts;

interface Minutes {
  readonly start: number;
  readonly end: number;
}

function minutesFrom(midnight: number, span: DaySpan): Minutes {
  const end = minutesOf(span.ends) + (isOvernight(span) ? DAY_MINUTES : 0);
  return { start: midnight + minutesOf(span.starts), end: midnight + end };
}

/** Whether no two of these spans of one date share a moment. */
export const areDisjoint = (spans: readonly DaySpan[]): boolean => isApart(spans.map((span) => minutesFrom(0, span)));

/** Whether no two spans share a moment, in a week that follows upon itself. */
export function areDisjointInWeek(week: WeeklySpans): boolean {
  const spans = Object.entries(week).flatMap(([day, of]) =>
    of.map((span) => minutesFrom((Number(day) - 1) * DAY_MINUTES, span)),
  );
  const nextWeek = spans.map(({ start, end }) => ({ start: start + WEEK_MINUTES, end: end + WEEK_MINUTES }));
  return isApart([...spans, ...nextWeek]);
}

function isApart(spans: readonly Minutes[]): boolean {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  return sorted.every(({ end }, i) => end <= (sorted[i + 1]?.start ?? end));
}

/** Groups by weekday, each day's spans in order. */
export function byWeekday(spans: readonly (DaySpan & { readonly day: Weekday })[]): WeeklySpans {
  const week: Partial<Record<Weekday, DaySpan[]>> = {};
  for (const { day, starts, ends } of spans.toSorted((a, b) => (a.starts < b.starts ? -1 : 1))) {
    week[day] = [...(week[day] ?? []), { starts, ends }];
  }
  return week;
}
