import type { Instant } from '@yoyaku/kernel';
import type { Language } from './language';

/** Where and by whose clock times are told. */
interface Clock {
  readonly timeZone: string;
  /** Of who reads it: where its clock shows another time, the zone is named. */
  readonly readerTimeZone?: string;
}

const DAY_AND_TIME = {
  weekday: 'short',
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

const SHORT = { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** From one moment to another. */
export function spanText(
  { start, end, ...clock }: Clock & { start: Instant; end: Instant },
  language: Language,
): string {
  const format = new Intl.DateTimeFormat(language, { ...DAY_AND_TIME, timeZone: clock.timeZone });
  return `${format.formatRange(Date.parse(start), Date.parse(end))}${zoneText(start, clock, language)}`;
}

export function momentText(at: Instant, clock: Clock, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { ...DAY_AND_TIME, timeZone: clock.timeZone });
  return `${format.format(Date.parse(at))}${zoneText(at, clock, language)}`;
}

/** As short as it can be understood, for a text message. */
export function shortMomentText(at: Instant, clock: Clock, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { ...SHORT, timeZone: clock.timeZone });
  const isHere = isSameClock(at, clock);
  return `${format.format(Date.parse(at))}${isHere ? '' : ` ${clock.timeZone.split('/').at(-1)?.replaceAll('_', ' ')}`}`;
}

function zoneText(at: Instant, clock: Clock, language: Language): string {
  if (isSameClock(at, clock)) return '';
  const format = new Intl.DateTimeFormat(language, { timeZone: clock.timeZone, timeZoneName: 'long' });
  const name = format.formatToParts(Date.parse(at)).find(({ type }) => type === 'timeZoneName')?.value;
  return ` (${name ?? clock.timeZone})`;
}

/** Whether the reader's clock shows the same at that moment. */
const isSameClock = (at: Instant, { timeZone, readerTimeZone = timeZone }: Clock): boolean =>
  offsetOf(at, timeZone) === offsetOf(at, readerTimeZone);

const offsetOf = (at: Instant, timeZone: string): number =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).offsetNanoseconds;
