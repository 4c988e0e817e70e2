import { atLocal, epochMs, LAST_DATE, type LocalDate, plusDays } from '@yoyaku/kernel';
import { rejection } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { localDay, localDays } from './local-days';

/** Where clocks change by an hour, by half an hour, at midnight; where a date was left out; and where nothing happens. */
const CHANGES: readonly (readonly [timeZone: string, ...dates: LocalDate[]])[] = [
  ['Europe/Berlin', '2027-03-28', '2027-10-31'],
  ['Australia/Lord_Howe', '2027-04-04', '2027-10-03'],
  ['America/Santiago', '2027-04-03', '2027-04-04', '2027-09-05'],
  ['Africa/Cairo', '2027-04-30', '2027-10-28'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kathmandu', '2027-01-01'],
];
const days = CHANGES.flatMap(([timeZone, ...dates]) =>
  dates.flatMap((date) => localDays(timeZone, plusDays(date, -1), plusDays(date, 1))),
);
const day = fc.constantFrom(...days);
const minutes = Array.from({ length: 1440 }, (_, minute) => minute);
const timeOf = (minute: number): string =>
  [minute / 60, minute % 60].map((part) => `${Math.floor(part)}`.padStart(2, '0')).join(':');

describe('a local day', () => {
  it('knows when its clock shows a time', () =>
    fc.assert(
      fc.property(day, fc.constantFrom(...minutes, 1440), ({ timeZone, date }, minute) => {
        const expected = epochMs(atLocal(date, timeOf(minute), timeZone));
        expect(localDay(timeZone, date).at(timeOf(minute))).toBe(expected);
      }),
      { numRuns: 1_000 },
    ));

  it('is followed by the next', () => {
    const leap = localDays('Europe/Berlin', '2028-02-28', '2028-03-02');
    expect(leap.map(({ date, weekday }) => [date, weekday])).toEqual([
      ['2028-02-28', 1],
      ['2028-02-29', 2],
      ['2028-03-01', 3],
      ['2028-03-02', 4],
    ]);
    expect(leap.slice(1).map(({ start }) => start)).toEqual(leap.slice(0, -1).map(({ end }) => end));
  });

  it('has an end within the range of dates', () => {
    expect(localDays('UTC', '2200-12-29', '2200-12-30').map(({ date }) => date)).toEqual(['2200-12-29', '2200-12-30']);
    expect(rejection(() => localDays('UTC', '2200-12-29', LAST_DATE))).toBe('time.out_of_range');
    expect(localDays('UTC', '2200-12-30', '2200-12-29')).toEqual([]);
  });
});
