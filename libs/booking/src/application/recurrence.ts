import { DAY, DomainError, ensure, epochMs, fromEpochMs, type Instant } from '@yoyaku/kernel';
import { RRuleTemporal } from 'rrule-temporal';
import { MOST_OCCURRENCES } from '../domain/series.decider';

/** No occurrence is later than this after the start of its series. */
const LONGEST_SERIES = 2 * 366 * DAY;

const TO_31 = '(0?[1-9]|[12]\\d|3[01])';
const TO_53 = '(0?[1-9]|[1-4]\\d|5[0-3])';
const TO_366 = '(0{0,2}[1-9]|0?[1-9]\\d|[12]\\d\\d|3[0-5]\\d|36[0-6])';

const list = (item: string): RegExp => new RegExp(`^${item}(,${item})*$`);

/** What a rule may say. All else would change its start, or its time of day; the library passes over what is out of range. */
const PARTS = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  COUNT: /^[1-9]\d{0,9}$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  INTERVAL: /^[1-9]\d{0,3}$/,
  BYDAY: list(`([+-]?${TO_53})?(MO|TU|WE|TH|FR|SA|SU)`),
  BYMONTHDAY: list(`[+-]?${TO_31}`),
  BYYEARDAY: list(`[+-]?${TO_366}`),
  BYWEEKNO: list(`[+-]?${TO_53}`),
  BYMONTH: list('(0?[1-9]|1[0-2])'),
  BYSETPOS: list(`[+-]?${TO_366}`),
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
} as const;
type Part = keyof typeof PARTS;

/** More periods than the longest series has: whoever looks at so many without a match has passed its end. */
const MOST_PERIODS: Readonly<Record<string, number>> = { DAILY: 740, WEEKLY: 110, MONTHLY: 30, YEARLY: 5 };

/**
 * When a series takes place, by its rule (RFC 5545) in the wall time of the zone: a date that does not exist, or whose
 * clock skips the time, is left out and not counted; of a time that the clock shows twice the first is meant. The end
 * (`UNTIL`) is included, and may be a moment, a wall time or a date.
 *
 * Takes bounded time, whatever the rule. Throws `series.invalid_rule`, `series.endless` for a rule without an end,
 * `series.too_long`, and `series.empty` where there is no such date.
 */
export function occurrencesOf(rrule: string, start: Instant, timeZone: string): Instant[] {
  const { UNTIL: until, ...parts } = partsOf(rrule);
  ensure(until !== undefined || parts.COUNT !== undefined, 'series.endless', { path: 'rrule' });
  const last = until === undefined ? Number.POSITIVE_INFINITY : endOf(until, timeZone);
  const horizon = epochMs(start) + LONGEST_SERIES;
  const tooLong = () =>
    new DomainError('series.too_long', { path: 'rrule', limit: MOST_OCCURRENCES, latest: fromEpochMs(horizon) });
  // The library would count up to it; more than this is refused anyway.
  const count = parts.COUNT && String(Math.min(Number(parts.COUNT), MOST_OCCURRENCES + 1));
  const occurrences: Instant[] = [];
  for (const ms of startsOf({ ...parts, ...(count && { COUNT: count }) }, start, timeZone)) {
    if (ms > last) break;
    if (ms > horizon || occurrences.length === MOST_OCCURRENCES) throw tooLong();
    occurrences.push(fromEpochMs(ms));
  }
  ensure(occurrences.length > 0, 'series.empty', { path: 'rrule' });
  return occurrences;
}

const invalid = (): DomainError => new DomainError('series.invalid_rule', { path: 'rrule' });

function partsOf(rrule: string): Partial<Record<Part, string>> {
  const parts: Partial<Record<Part, string>> = {};
  for (const text of rrule.replace(/^RRULE:/, '').split(';')) {
    const [name = '', value = '', ...more] = text.split('=');
    if (!Object.hasOwn(PARTS, name) || more.length > 0) throw invalid();
    const part = name as Part;
    if (!PARTS[part].test(value) || parts[part] !== undefined) throw invalid();
    parts[part] = value;
  }
  if (parts.FREQ === undefined || (parts.COUNT !== undefined && parts.UNTIL !== undefined)) throw invalid();
  return parts;
}

/** The last moment that is included. */
function endOf(until: string, timeZone: string): number {
  try {
    if (until.endsWith('Z')) return Temporal.Instant.from(until).epochMilliseconds;
    const wall = until.includes('T') ? until : `${until}T235959`;
    return Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    throw invalid();
  }
}

/** In order, until there are no more, or the longest series has ended. */
function startsOf(parts: Partial<Record<Part, string>>, start: Instant, timeZone: string): number[] {
  const dtstart = Temporal.Instant.from(start).toZonedDateTimeISO(timeZone);
  const rruleString = Object.entries(parts)
    .map((part) => part.join('='))
    .join(';');
  const starts: number[] = [];
  const end = epochMs(start) + LONGEST_SERIES;
  let rule: RRuleTemporal;
  try {
    rule = new RRuleTemporal({ rruleString, dtstart, strict: true, maxIterations: MOST_PERIODS[parts.FREQ ?? ''] });
  } catch {
    throw invalid();
  }
  try {
    rule.all(({ epochMilliseconds }) => {
      starts.push(epochMilliseconds);
      return epochMilliseconds <= end && starts.length <= MOST_OCCURRENCES;
    });
  } catch {
    // It looked at all periods up to the end, and found no more.
  }
  return starts;
}
