import { RRuleTemporal } from 'rrule-temporal';

/** Parts of a rule that are understood. Of more than daily rules none of a person's calendar is true. */
const PART = /^(FREQ|COUNT|INTERVAL|BY(DAY|MONTHDAY|YEARDAY|WEEKNO|MONTH|SETPOS|HOUR|MINUTE|SECOND)|WKST|UNTIL)$/;
const FREQ = /^(HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/;
const LONGEST_RULE = 1_000;

/** Periods, and times within periods, that are looked at: more than a year of anything that a person does. */
const MOST_STEPS = 20_000;

/** Times of a day that a rule names. */
const MOST_TIMES = 24;

/** A span of moments, in epoch ms. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * The starts of a rule's occurrences within the window (epoch ms, both ends included), for an event that starts at that
 * wall time in an IANA zone. Takes bounded time. Null for a rule that is not understood, or asks for too much.
 */
export function startsWithin(rule: string, wall: string, timeZone: string, { from, to }: Window): number[] | null {
  const parts = partsOf(rule);
  if (!parts) return null;
  const { UNTIL: until, ...others } = parts;
  try {
    const last = until === undefined ? to : Math.min(to, endOf(until, timeZone));
    if (last < from) return [];
    const found = new RRuleTemporal({
      rruleString: Object.entries(others)
        .map((part) => part.join('='))
        .join(';'),
      dtstart: Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone),
      strict: true,
      cache: false,
      maxIterations: MOST_STEPS,
      maxCandidateEvaluations: MOST_STEPS,
    }).between(new Date(from), new Date(last), true);
    return found.map(({ epochMilliseconds }) => epochMilliseconds);
  } catch {
    return null;
  }
}

function partsOf(rule: string): Readonly<Record<string, string>> | null {
  if (rule.length > LONGEST_RULE) return null;
  const pairs = rule
    .toUpperCase()
    .split(';')
    .filter(Boolean)
    .map((part) => part.trim().split('='));
  const isUnderstood = pairs.every(([name = '', value = '', ...more]) => PART.test(name) && value && more.length === 0);
  const parts = Object.fromEntries(pairs) as Record<string, string>;
  const times = ['BYHOUR', 'BYMINUTE', 'BYSECOND'].reduce(
    (all, name) => all * (parts[name]?.split(',').length ?? 1),
    1,
  );
  const isFew = times <= (parts.FREQ === 'HOURLY' ? 1 : MOST_TIMES);
  return isUnderstood && isFew && FREQ.test(parts.FREQ ?? '') ? parts : null;
}

/** The last moment that is included: given as a moment, a wall time, or a date. */
function endOf(until: string, timeZone: string): number {
  if (until.endsWith('Z')) return Temporal.Instant.from(until).epochMilliseconds;
  const wall = until.includes('T') ? until : `${until}T235959`;
  return Temporal.PlainDateTime.from(wall).toZonedDateTime(timeZone).epochMilliseconds;
}
