import { type DaySpan, isOvernight, type LocalDate, MINUTE, minutesOf } from '@yoyaku/kernel';
import { type LocalDay, localDay, localDays } from './local-days';
import type { OpeningRules, ResourceRules } from './rules';
import type { Interval } from './timetable';

/** One span of a place's hours. */
export interface OpenSpan extends Interval {
  /** What the wall clock shows at its begin, as minutes since 1970 without a time zone. */
  readonly wall: number;
  readonly timeZone: string;
  /** Whether clocks go forward or back on one of its days. Then times cannot be counted from its begin. */
  readonly changesClock: boolean;
}

type OwnHours = Pick<ResourceRules, 'hours' | 'exceptions'>;

/**
 * When a place is open, from one date to another, both included, and who works there. Hours belong to the date on which
 * they begin, and all of them are in the place's own time zone.
 */
export class PlaceTimes {
  /** In order of their begin. */
  readonly spans: readonly OpenSpan[];
  private readonly days: readonly LocalDay[];
  /** Spans that touch are one interval here, so that a booking may reach over midnight. */
  readonly open: readonly Interval[];

  constructor({ timeZone, hours, holidays }: OpeningRules, from: LocalDate, to: LocalDate) {
    this.days = localDays(timeZone, from, to);
    this.spans = spansOn(this.days, ({ date, weekday }) => (date in holidays ? [] : hours[weekday]));
    this.open = merge(this.spans);
  }

  /** When a resource works there: in its own hours, while the place is open. */
  of(own: OwnHours): readonly Interval[] {
    return intersect(this.open, this.own(own));
  }

  /** A resource's own hours: the weekly ones, or those of an exceptional date. */
  own({ hours, exceptions }: OwnHours): readonly Interval[] {
    return merge(
      spansOn(this.days, ({ date, weekday }) => exceptions[date]?.hours ?? (hours ? hours[weekday] : ALL_DAY)),
    );
  }
}

/** Whether one of the intervals, which are in order, contains the whole wanted time. */
export function covers(open: readonly Interval[], { start, end }: Interval): boolean {
  return open.some((interval) => interval.start <= start && end <= interval.end);
}

const ALL_DAY: readonly DaySpan[] = [{ starts: '00:00', ends: '24:00' }];

function spansOn(days: readonly LocalDay[], hoursOf: (day: LocalDay) => readonly DaySpan[] | undefined): OpenSpan[] {
  const spans: OpenSpan[] = [];
  for (const day of days) {
    for (const span of hoursOf(day) ?? []) {
      const { timeZone } = day;
      const last = isOvernight(span) ? localDay(timeZone, day.next) : day;
      const [start, end] = [day.at(span.starts), last.at(span.ends)];
      const wall = Date.parse(day.date) / MINUTE + minutesOf(span.starts);
      const changesClock = day.changesClock || last.changesClock;
      if (start < end) spans.push({ start, end, wall, timeZone, changesClock });
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}

function merge(sorted: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last && start <= last.end) merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else merged.push({ start, end });
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
