import { calendarDate, daysBetween, epochMs, instant, type LocalDate, MINUTE, plusDays } from '@yoyaku/kernel';
import fc from 'fast-check';
import { type Grid, onGrid, startsOn } from './grid';
import { PlaceTimes } from './opening';
import type { OpeningRules } from './rules';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

const open = (timeZone: string, ...spans: readonly (readonly [starts: string, ends: string])[]): OpeningRules => ({
  timeZone,
  hours: Object.fromEntries(DAYS.map((day) => [day, spans.map(([starts, ends]) => ({ starts, ends }))])),
  holidays: {},
});

const ALWAYS = { start: epochMs(instant('1990-01-01T00:00:00Z')), end: epochMs(instant('2100-01-01T00:00:00Z')) };

/** The wall clock at each start of that date's spans. */
function startsIn(opening: OpeningRules, date: LocalDate, grid: Partial<Grid> & { minutes: number }): string[] {
  const { spans } = new PlaceTimes(opening, date, date);
  return startsOn(spans, ALWAYS, { alignment: 'opening', ...grid }).map((at) =>
    Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(opening.timeZone)
      .toPlainTime()
      .toString()
      .slice(0, 5),
  );
}

describe('the grid of starts', () => {
  it('begins with each span of the hours, in the wall time of the place', () => {
    expect(startsIn(open('Asia/Kolkata', ['09:00', '13:00']), '2027-02-01', { minutes: 60 })).toEqual([
      '09:00',
      '10:00',
      '11:00',
      '12:00',
    ]);
    const twice = startsIn(open('Asia/Tokyo', ['08:00', '12:00'], ['12:30', '17:30']), '2027-02-01', { minutes: 60 });
    expect(twice).toEqual(['08:00', '09:00', '10:00', '11:00', '12:30', '13:30', '14:30', '15:30', '16:30']);
    expect(startsIn(open('Asia/Tokyo', ['08:00', '11:00']), '2027-02-01', { minutes: 50 })).toEqual([
      '08:00',
      '08:50',
      '09:40',
      '10:30',
    ]);
    const night = startsIn(open('Asia/Tokyo', ['22:30', '02:00']), '2027-02-01', { minutes: 60 });
    expect(night).toEqual(['22:30', '23:30', '00:30', '01:30']);
  });

  it('counts from midnight where it is aligned to the clock', () => {
    const clock = { minutes: 60, alignment: 'clock' } as const;
    expect(startsIn(open('Asia/Kolkata', ['08:30', '12:00']), '2027-02-01', clock)).toEqual([
      '09:00',
      '10:00',
      '11:00',
    ]);
    const night = startsIn(open('Asia/Tokyo', ['22:30', '02:00']), '2027-02-01', { ...clock, minutes: 50 });
    expect(night).toEqual(['22:30', '23:20', '00:00', '00:50', '01:40']);
  });

  it('leaves out wall times that do not exist, and has both of those that exist twice', () => {
    const berlin = open('Europe/Berlin', ['00:00', '05:00']);
    expect(startsIn(berlin, '2027-03-28', { minutes: 60 })).toEqual(['00:00', '01:00', '03:00', '04:00']);
    expect(startsIn(berlin, '2027-10-31', { minutes: 60 })).toEqual([
      '00:00',
      '01:00',
      '02:00',
      '02:00',
      '03:00',
      '04:00',
    ]);
    const overnight = open('America/New_York', ['20:00', '04:00']);
    expect(startsIn(overnight, '2027-03-13', { minutes: 90 })).toEqual(['20:00', '21:30', '23:00', '00:30', '03:30']);
    expect(startsIn(open('Australia/Lord_Howe', ['01:00', '04:00']), '2027-10-03', { minutes: 30 })).toEqual([
      '01:00',
      '01:30',
      '02:30',
      '03:00',
      '03:30',
    ]);
  });

  const ZONES = ['Asia/Tokyo', 'America/New_York', 'Europe/Berlin', 'Asia/Almaty', 'Australia/Lord_Howe'];
  const time = fc
    .tuple(fc.nat(23), fc.constantFrom('00', '20', '45'))
    .map(([hour, minutes]) => [`${hour}`.padStart(2, '0'), minutes].join(':'));
  const FIRST = calendarDate('2024-01-01');

  it('has every minute that the wall clock shows so many minutes after the begin, and no other', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.nat(daysBetween(FIRST, calendarDate('2028-12-31'))).map((days) => plusDays(FIRST, days)),
        time,
        time,
        fc.constantFrom(15, 50, 90),
        fc.constantFrom<Grid['alignment']>('opening', 'clock'),
        (timeZone, date, starts, ends, minutes, alignment) => {
          const grid = { minutes, alignment };
          const { spans } = new PlaceTimes(open(timeZone, [starts, ends]), date, date);
          const every = spans.flatMap((span) => {
            const moments: number[] = [];
            for (let at = span.start; at < span.end; at += MINUTE)
              if (isOn(at, timeZone, date, starts, grid)) moments.push(at);
            expect(moments.every((at) => onGrid(at, span, grid))).toBe(true);
            return moments;
          });
          expect(startsOn(spans, ALWAYS, grid)).toEqual(every);
        },
      ),
      { numRuns: 100 },
    ));

  /** By the calendar alone: how far the wall clock is from the opening, or from midnight. */
  function isOn(at: number, timeZone: string, date: LocalDate, opens: string, { minutes, alignment }: Grid): boolean {
    const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
    const from = Temporal.PlainDateTime.from(`${date}T${alignment === 'opening' ? opens : '00:00'}`);
    const since = from.until(shown).total('minutes');
    return (alignment === 'opening' ? since : (since + 2 * 1440) % 1440) % minutes === 0;
  }
});
