import { DomainError } from './domain-error';

declare const brand: unique symbol;

/** A moment in UTC as ISO-8601 text with `Z`, milliseconds only where there are any: `2026-04-01T09:00:00Z`. */
export type Instant = string & { readonly [brand]?: 'instant' };
/** A calendar date, `2026-04-01`. Sorts as text. */
export type LocalDate = string & { readonly [brand]?: 'date' };
/** A wall time, `09:30`; `24:00` is the end of a day. Sorts as text. */
export type LocalTime = string & { readonly [brand]?: 'time' };

/** Monday is 1, Sunday 7 (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Reads any ISO-8601 instant (`Z` or an offset) into its one normal form. Throws `time.invalid_instant`. */
export function instant(text: string): Instant {
  try {
    return fromEpochMs(Temporal.Instant.from(text).epochMilliseconds);
  } catch {
    throw new DomainError('time.invalid_instant', { text });
  }
}

/** The machine's clock. For the edges only. */
export const now = (): Instant => fromEpochMs(Date.now());

export function fromEpochMs(ms: number): Instant {
  if (ms % MINUTE !== 0) return toText(ms);
  const known = fullMinutes.get(ms);
  if (known !== undefined) return known;
  const text = toText(ms);
  if (fullMinutes.size === MANY) fullMinutes.clear();
  fullMinutes.set(ms, text);
  return text;
}

const toText = (ms: number): Instant => new Date(ms).toISOString().replace('.000Z', 'Z');

/** What is planned is planned by the minute: the same moments are written again and again. */
const fullMinutes = new Map<number, Instant>();
const MANY = 20_000;

export const epochMs = (at: Instant): number => Date.parse(at);

export const plusMs = (at: Instant, ms: number): Instant => fromEpochMs(epochMs(at) + ms);

/** The date it is at that moment in that IANA zone. */
export const localDate = (at: Instant, timeZone: string): LocalDate =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/**
 * The moment a wall clock in that zone shows this time on that date. A time skipped by a change to summer time counts
 * from before the change (02:30 becomes 03:30); of a time that comes twice the first is meant.
 */
export function atLocal(date: LocalDate, time: LocalTime, timeZone: string): Instant {
  const endOfDay = time === '24:00';
  const day = Temporal.PlainDate.from(date).add({ days: endOfDay ? 1 : 0 });
  const zoned = day.toZonedDateTime({ timeZone, plainTime: endOfDay ? '00:00' : time });
  return fromEpochMs(zoned.epochMilliseconds);
}

export const weekday = (date: LocalDate): Weekday => Temporal.PlainDate.from(date).dayOfWeek as Weekday;

export const plusDays = (date: LocalDate, days: number): LocalDate =>
  Temporal.PlainDate.from(date).add({ days }).toString();

/** Every date from the first to the last, both included. */
export function datesBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = from; date <= to; date = plusDays(date, 1)) dates.push(date);
  return dates;
}

/** Whether the runtime's time zone data knows this IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
