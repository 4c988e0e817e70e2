import type { Branded } from './branded';
import { DomainError, ensure } from './domain-error';
import { remembered } from './remembered';

/**
 * A moment in UTC as ISO-8601 text with `Z`, for example `2026-04-01T09:00:00Z`. Milliseconds are written only where
 * they are not zero. The range is {@link FIRST_INSTANT} to {@link LAST_INSTANT}; {@link instant} reads one from text.
 */
export type Instant = Branded<'instant'>;
/**
 * A calendar date, `2026-04-01`, from {@link FIRST_DATE} to {@link LAST_DATE}. {@link calendarDate} reads one from
 * text. The year has four digits, so dates sort as text.
 */
export type LocalDate = `${number}-${number}-${number}`;
/** A wall time, `09:30`; `24:00` is the end of a day. Wall times sort as text. */
export type LocalTime = string;

/** Monday is 1, Sunday 7 (ISO 8601). */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The first and the last date. Parsers refuse everything outside, so no decision and no read model ever gets it. */
export const FIRST_DATE: LocalDate = '1900-01-01';
export const LAST_DATE: LocalDate = '2200-12-31';
/** The same range in UTC, for moments. */
export const FIRST_INSTANT = '1900-01-01T00:00:00Z' as Instant;
export const LAST_INSTANT = '2200-12-31T23:59:59.999Z' as Instant;

const FIRST_MS = Date.parse(FIRST_INSTANT);
const LAST_MS = Date.parse(LAST_INSTANT);

function ensureInRange(ms: number): void {
  ensure(ms >= FIRST_MS && ms <= LAST_MS, 'time.out_of_range', { first: FIRST_DATE, last: LAST_DATE });
}

const LONGEST_INSTANT = 40;

/**
 * Reads any ISO-8601 instant (`Z` or an offset) into its one normal form. Throws `time.invalid_instant`,
 * `time.out_of_range`.
 */
export function instant(text: string): Instant {
  ensure(text.length <= LONGEST_INSTANT, 'time.invalid_instant', { text: text.slice(0, LONGEST_INSTANT) });
  return fromEpochMs(parsed(text, 'time.invalid_instant', () => Temporal.Instant.from(text).epochMilliseconds));
}

/** Reads a calendar date written as `2026-04-01`. Throws `time.invalid_date`, `time.out_of_range`. */
export function calendarDate(text: string): LocalDate {
  ensure(/^\d{4}-\d\d-\d\d$/.test(text), 'time.invalid_date', { text });
  return parsed(text, 'time.invalid_date', () => plusDays(Temporal.PlainDate.from(text).toString() as LocalDate, 0));
}

function parsed<T>(text: string, code: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof DomainError ? error : new DomainError(code, { text });
  }
}

/** For upcasts: an earlier build accepted moments and dates outside the range; they are read as the nearest inside. */
export const nearestInstant = (text: string): Instant =>
  fromEpochMs(Math.min(LAST_MS, Math.max(FIRST_MS, Date.parse(text))));
export const nearestDate = (text: string): LocalDate =>
  dateAt(Math.min(Date.parse(LAST_DATE), Math.max(FIRST_MS, Date.parse(text))));

/** The machine's clock. For the edges only. */
export const now = (): Instant => fromEpochMs(Date.now());

/** Throws `time.out_of_range`. */
export function fromEpochMs(ms: number): Instant {
  ensureInRange(ms);
  return ms % MINUTE === 0 ? textOfMinute(ms) : toText(ms);
}

const toText = (ms: number): Instant => new Date(ms).toISOString().replace('.000Z', 'Z') as Instant;

/** Bookings start at full minutes, so the same moments are formatted again and again. */
const textOfMinute = remembered(toText, 20_000);

export const epochMs = (at: Instant): number => Date.parse(at);

/** Moments do not sort as text: `09:00:00.500Z` would come before `09:00:00Z`. */
export const isAfter = (one: Instant, other: Instant): boolean => epochMs(one) > epochMs(other);

/** Throws `time.out_of_range`. */
export const plusMs = (at: Instant, ms: number): Instant => fromEpochMs(epochMs(at) + ms);

/** The date at that moment in that IANA zone. Near the ends of the range it may lie one day outside. */
export const localDate = (at: Instant, timeZone: string): LocalDate =>
  at.endsWith(':00Z') ? datesIn(timeZone)(at) : dateOf(at, timeZone);

const dateOf = (at: Instant, timeZone: string): LocalDate =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toPlainDate().toString() as LocalDate;

const datesIn = remembered((timeZone: string) => remembered((at: Instant) => dateOf(at, timeZone), 5_000), 100);

/**
 * The moment at which a wall clock in that zone shows this time on that date. A time that is skipped when clocks go
 * forward is counted from before the change (02:30 becomes 03:30). A time that occurs twice means the first one. Throws
 * `time.out_of_range`.
 */
export function atLocal(date: LocalDate, time: LocalTime, timeZone: string): Instant {
  const endOfDay = time === '24:00';
  const day = Temporal.PlainDate.from(date).add({ days: endOfDay ? 1 : 0 });
  const zoned = day.toZonedDateTime({ timeZone, plainTime: endOfDay ? '00:00' : time });
  return fromEpochMs(zoned.epochMilliseconds);
}

export const weekday = (date: LocalDate): Weekday => Temporal.PlainDate.from(date).dayOfWeek as Weekday;

/** Throws `time.out_of_range`. */
export function plusDays(date: LocalDate, days: number): LocalDate {
  const midnight = Date.parse(date) + days * DAY;
  ensureInRange(midnight);
  return dateAt(midnight);
}

/** How many days the second date is after the first. */
export const daysBetween = (from: LocalDate, to: LocalDate): number => (Date.parse(to) - Date.parse(from)) / DAY;

/** Limit of {@link datesBetween}: nothing goes through a longer span day by day. */
const MOST_DATES = 1_000;

/** Every date from the first to the last, both included. Throws `time.too_many_dates` for more than 1,000. */
export function datesBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const days = daysBetween(from, to);
  ensure(days < MOST_DATES, 'time.too_many_dates', { limit: MOST_DATES });
  return Array.from({ length: Math.max(0, days + 1) }, (_, i) => plusDays(from, i));
}

const dateAt = (midnight: number): LocalDate => new Date(midnight).toISOString().slice(0, 10) as LocalDate;

/** Whether the runtime's time zone data knows this IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return !/^[+-]/.test(name);
  } catch {
    return false;
  }
}
