import { DAY, MINUTE } from '@yoyaku/kernel';
import type { OpenSpan } from './opening';
import type { SlotAlignment } from './rules';
import type { Interval } from './timetable';

/** On which moments of a place's hours bookings start: every so many minutes by the wall clock of the place. */
export interface Grid {
  readonly minutes: number;
  readonly alignment: SlotAlignment;
}

/** Whether that moment (epoch ms) of the span is on its grid. */
export function onGrid(at: number, span: OpenSpan, { minutes, alignment }: Grid): boolean {
  if (at % MINUTE !== 0) return false;
  const wall = wallMinutes(at, span);
  return (alignment === 'opening' ? wall - span.wall : minuteOfDay(wall)) % minutes === 0;
}

/** What the wall clock shows then, as minutes since 1970 without a time zone. */
function wallMinutes(at: number, { start, wall, timeZone, changesClock }: OpenSpan): number {
  if (!changesClock) return wall + (at - start) / MINUTE;
  const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return Date.parse(`${shown}Z`) / MINUTE;
}

const DAY_MINUTES = DAY / MINUTE;

/** Also of a day before 1970, whose minutes are negative. */
const minuteOfDay = (wall: number): number => ((wall % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;

/** Every moment (epoch ms) of these spans that is within the range and on the grid, in order. */
export function startsOn(spans: readonly OpenSpan[], range: Interval, grid: Grid): number[] {
  const starts: number[] = [];
  let isInOrder = true;
  for (const span of spans) {
    const within = { start: Math.max(span.start, range.start), end: Math.min(span.end, range.end) };
    for (const at of span.changesClock ? byTheMinute(span, within, grid) : steps(span, within, grid)) {
      isInOrder &&= starts.length === 0 || at > (starts.at(-1) as number);
      starts.push(at);
    }
  }
  // Where clocks go forward, the end of one span may reach into the next.
  return isInOrder ? starts : [...new Set(starts)].sort((a, b) => a - b);
}

function* byTheMinute(span: OpenSpan, { start, end }: Interval, grid: Grid): Generator<number> {
  for (let at = Math.ceil(start / MINUTE) * MINUTE; at < end; at += MINUTE) if (onGrid(at, span, grid)) yield at;
}

function* steps(span: OpenSpan, { start, end }: Interval, { minutes, alignment }: Grid): Generator<number> {
  const step = minutes * MINUTE;
  const first = (from: number): number => from + Math.max(0, Math.ceil((start - from) / step)) * step;
  if (alignment === 'opening') {
    for (let at = first(span.start); at < end; at += step) yield at;
    return;
  }
  const midnight = span.start - minuteOfDay(span.wall) * MINUTE;
  for (let day = midnight; day < end; day += DAY) {
    for (let at = first(day); at < Math.min(day + DAY, end); at += step) yield at;
  }
}
