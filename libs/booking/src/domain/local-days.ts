import {
  atLocal,
  DAY,
  datesBetween,
  epochMs,
  type LocalDate,
  type LocalTime,
  MINUTE,
  minutesOf,
  plusDays,
  remembered,
  type Weekday,
  weekday,
} from '@yoyaku/kernel';

/** A date in a time zone: when it starts and ends, and when its clock shows a time. */
export class LocalDay {
  readonly weekday: Weekday;
  /** The date after. */
  readonly next: LocalDate;
  /** This date's midnight and the next one's, in epoch ms. */
  readonly start: number;
  readonly end: number;
  /** Whether clocks go forward or back that day. Then times cannot be counted from midnight. */
  readonly changesClock: boolean;

  constructor(
    readonly date: LocalDate,
    readonly timeZone: string,
  ) {
    this.weekday = weekday(date);
    this.next = plusDays(date, 1);
    this.start = epochMs(atLocal(date, '00:00', timeZone));
    this.end = epochMs(atLocal(this.next, '00:00', timeZone));
    this.changesClock = this.end - this.start !== DAY;
  }

  /** When the clock shows that time, in epoch ms. */
  at(time: LocalTime): number {
    if (this.changesClock) return epochMs(atLocal(this.date, time, this.timeZone));
    return this.start + minutesOf(time) * MINUTE;
  }
}

/** A day of a zone. */
export const localDay = (timeZone: string, date: LocalDate): LocalDay => daysOf(timeZone)(date);

const daysOf = remembered(
  (timeZone: string) => remembered((date: LocalDate) => new LocalDay(date, timeZone), 5_000),
  100,
);

/** The days from one date to another, both included. */
export const localDays = (timeZone: string, from: LocalDate, to: LocalDate): LocalDay[] =>
  datesBetween(from, to).map((date) => localDay(timeZone, date));
