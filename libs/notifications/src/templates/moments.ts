import { type Instant, remembered } from '@yoyaku/kernel';
import type { Language } from './language';

/** Where and by whose clock times are told. */
interface Clock {
  readonly timeZone: string;
  /** Of who reads it: where its clock shows another time, the zone is named. */
  readonly readerTimeZone?: string;
}

/** To make a format takes longer than all else in a message, so each is made once. */
function formats(options: Intl.DateTimeFormatOptions) {
  const of = remembered(
    (language: Language) =>
      remembered((timeZone: string) => new Intl.DateTimeFormat(language, { ...options, timeZone }), 100),
    10,
  );
  return (language: Language, timeZone: string): Intl.DateTimeFormat => of(language)(timeZone);
}

const dayAndTime = formats({
  weekday: 'short',
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const short = formats({ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

const zoneName = formats({ timeZoneName: 'long' });

/** From one moment to another. */
export function spanText(
  { start, end, ...clock }: Clock & { start: Instant; end: Instant },
  language: Language,
): string {
  const format = dayAndTime(language, clock.timeZone);
  return `${format.formatRange(Date.parse(start), Date.parse(end))}${zoneText(start, clock, language)}`;
}

export function momentText(at: Instant, clock: Clock, language: Language): string {
  const format = dayAndTime(language, clock.timeZone);
  return `${format.format(Date.parse(at))}${zoneText(at, clock, language)}`;
}

/** As short as it can be understood, for a text message. */
export function shortMomentText(at: Instant, clock: Clock, language: Language): string {
  const format = short(language, clock.timeZone);
  const isHere = isSameClock(at, clock);
  return `${format.format(Date.parse(at))}${isHere ? '' : ` ${clock.timeZone.split('/').at(-1)?.replaceAll('_', ' ')}`}`;
}

function zoneText(at: Instant, clock: Clock, language: Language): string {
  if (isSameClock(at, clock)) return '';
  const format = zoneName(language, clock.timeZone);
  const name = format.formatToParts(Date.parse(at)).find(({ type }) => type === 'timeZoneName')?.value;
  return ` (${name ?? clock.timeZone})`;
}

/** Whether the reader's clock shows the same at that moment. */
const isSameClock = (at: Instant, { timeZone, readerTimeZone = timeZone }: Clock): boolean =>
  offsetOf(at, timeZone) === offsetOf(at, readerTimeZone);

const offsetOf = (at: Instant, timeZone: string): number =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).offsetNanoseconds;
