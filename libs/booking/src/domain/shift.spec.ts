import type { Instant } from '@yoyaku/kernel';
import { shiftOf } from './shift';

const shifted = (from: string, to: string, timeZone: string, ...starts: string[]) => {
  const shift = shiftOf(from as Instant, to as Instant, timeZone);
  return starts.map((start) => shift(start as Instant));
};

it('keeps the wall time over a change of the clocks, forwards and backwards', () => {
  // 10:00 in Berlin on Mondays becomes 14:30 on Tuesdays.
  const mondays = ['2027-10-18T08:00:00Z', '2027-10-25T08:00:00Z', '2027-11-01T09:00:00Z'];
  expect(shifted('2027-10-18T08:00:00Z', '2027-10-19T12:30:00Z', 'Europe/Berlin', ...mondays)).toEqual([
    '2027-10-19T12:30:00Z',
    '2027-10-26T12:30:00Z',
    '2027-11-02T13:30:00Z',
  ]);
  expect(shifted('2027-11-01T09:00:00Z', '2027-10-29T08:00:00Z', 'Europe/Berlin', ...mondays)).toEqual([
    '2027-10-15T08:00:00Z',
    '2027-10-22T08:00:00Z',
    '2027-10-29T08:00:00Z',
  ]);
});

it('by a week is a week, also where that has 23 or 25 hours more or less', () => {
  const starts = ['2027-03-08T23:00:00Z', '2027-03-15T22:00:00Z'];
  expect(shifted(starts[0] as string, starts[1] as string, 'America/New_York', ...starts)).toEqual([
    '2027-03-15T22:00:00Z',
    '2027-03-22T22:00:00Z',
  ]);
});

it('has no time that the clock skips, and the first of two, unless the second was asked for', () => {
  // From 01:30 to 02:30, which 2027-03-14 does not have in New York.
  const nights = ['2027-03-12T06:30:00Z', '2027-03-13T06:30:00Z', '2027-03-14T06:30:00Z'];
  expect(shifted(nights[0] as string, '2027-03-12T07:30:00Z', 'America/New_York', ...nights)).toEqual([
    '2027-03-12T07:30:00Z',
    '2027-03-13T07:30:00Z',
    null,
  ]);
  const autumn = ['2027-11-06T04:30:00Z', '2027-11-07T04:30:00Z'];
  expect(shifted(autumn[0] as string, '2027-11-06T05:30:00Z', 'America/New_York', ...autumn)).toEqual([
    '2027-11-06T05:30:00Z',
    '2027-11-07T05:30:00Z',
  ]);
  const [, sunday] = autumn as [string, string];
  expect(shifted(sunday, '2027-11-07T06:30:00Z', 'America/New_York', sunday)).toEqual(['2027-11-07T06:30:00Z']);
});
