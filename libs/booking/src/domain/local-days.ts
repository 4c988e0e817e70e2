import {
  atLocal,
  DAY,
  datesBetween,
  epochMs,
  type LocalDate,
  type LocalTime,
  MINUTE,
  plusDays,
  type Weekday,
  weekday,
} from '@yoyaku/kernel';

/** A date as the wall clock of a zone goes through it. */
export class LocalDay {
  readonly weekday: Weekday;
  /** The date after. */
  readonly next: LocalDate;
  /** This date's midnight and the next one's, in epoch ms. */
  readonly start: number;
  readonly end: number;
  /** Whether the clock is put forward or back that day, so that its times cannot be counted from midnight. */
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

const zones = new Map<string, Map<LocalDate, LocalDay>>();
const MANY = 10_000;

/** A day of a zone. They are remembered: the same few are asked for again and again. */
export function localDay(timeZone: string, date: LocalDate): LocalDay {
  const known = zones.get(timeZone) ?? new Map<LocalDate, LocalDay>();
  if (known.size > MANY) known.clear();
  zones.set(timeZone, known);
  const day = known.get(date) ?? new LocalDay(date, timeZone);
  known.set(date, day);
  return day;
}

/** The days from one date to another, both included. */
export const localDays = (timeZone: string, from: LocalDate, to: LocalDate): LocalDay[] =>
  datesBetween(from, to).map((date) => localDay(timeZone, date));

/** Of `09:30`, counted from midnight. */
const minutesOf = (time: LocalTime): number => 60 * twoDigits(time, 0) + twoDigits(time, 3);

const ZERO = '0'.charCodeAt(0);

const twoDigits = (text: string, at: number): number =>
  10 * (text.charCodeAt(at) - ZERO) + (text.charCodeAt(at + 1) - ZERO);
