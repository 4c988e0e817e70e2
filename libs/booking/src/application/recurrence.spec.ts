import type { Instant } from '@yoyaku/kernel';
import { occurrencesOf } from './recurrence';

const of = (zone: string, start: string, rule: string): string[] => occurrencesOf(rule, start as Instant, zone);
const [NEW_YORK, TOKYO, BERLIN] = ['America/New_York', 'Asia/Tokyo', 'Europe/Berlin'] as const;

describe('a series takes place', () => {
  const mondays = ['2027-03-08T23:00:00Z', '2027-03-15T22:00:00Z', '2027-03-22T22:00:00Z', '2027-03-29T22:00:00Z'];
  it.each<[string, readonly string[]]>([
    ['20270329T220000Z', mondays],
    ['20270329T215959Z', mondays.slice(0, 3)],
    ['20270329', mondays],
    ['20270328', mondays.slice(0, 3)],
    ['20270329T180000', mondays],
    ['20270329T175959', mondays.slice(0, 3)],
  ])('until %s, which is included', (until, starts) => {
    expect(of(NEW_YORK, '2027-03-08T23:00:00Z', `FREQ=WEEKLY;UNTIL=${until}`)).toEqual(starts);
  });

  it.each<[string, string, string, string, readonly string[]]>([
    [
      'at the same wall time when clocks change',
      BERLIN,
      '2027-10-18T08:00:00Z',
      'FREQ=WEEKLY;COUNT=4',
      ['2027-10-18T08', '2027-10-25T08', '2027-11-01T09', '2027-11-08T09'],
    ],
    [
      'not in months without the day',
      TOKYO,
      '2027-01-31T01:00:00Z',
      'FREQ=MONTHLY;COUNT=4',
      ['2027-01-31T01', '2027-03-31T01', '2027-05-31T01', '2027-07-31T01'],
    ],
    [
      'on the last day of each month',
      TOKYO,
      '2027-01-31T01:00:00Z',
      'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3',
      ['2027-01-31T01', '2027-02-28T01', '2027-03-31T01'],
    ],
    [
      'not on the day whose clock skips the time',
      NEW_YORK,
      '2027-03-13T07:30:00Z',
      'FREQ=DAILY;COUNT=3',
      ['2027-03-13T07:30', '2027-03-15T06:30', '2027-03-16T06:30'],
    ],
    [
      'at the first of two moments that the clock shows',
      NEW_YORK,
      '2027-11-06T05:30:00Z',
      'RRULE:FREQ=DAILY;COUNT=3',
      ['2027-11-06T05:30', '2027-11-07T05:30', '2027-11-08T06:30'],
    ],
    ['on leap days', TOKYO, '2028-02-29T01:00:00Z', 'FREQ=YEARLY;COUNT=1', ['2028-02-29T01']],
    [
      'on several days of a week',
      TOKYO,
      '2027-06-01T01:00:00Z',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;WKST=MO;COUNT=4',
      ['2027-06-01T01', '2027-06-04T01', '2027-06-15T01', '2027-06-18T01'],
    ],
    [
      'on the second Tuesday of a month',
      TOKYO,
      '2027-06-08T01:00:00Z',
      'FREQ=MONTHLY;BYDAY=2TU;COUNT=2',
      ['2027-06-08T01', '2027-07-13T01'],
    ],
  ])('%s', (_, zone, start, rule, starts) => {
    expect(of(zone, start, rule).map((at) => at.replace(/(:00)?:00Z$/, ''))).toEqual(starts);
  });

  it('at most 366 times within two years', () => {
    expect(of(TOKYO, '2027-01-31T01:00:00Z', 'FREQ=DAILY;COUNT=366')).toHaveLength(366);
    expect(of(TOKYO, '2027-01-31T01:00:00Z', 'FREQ=YEARLY;COUNT=3')).toHaveLength(3);
  });
});

describe('what makes no series is refused, and soon', () => {
  it.each<[string, string]>([
    ['FREQ=WEEKLY', 'series.endless'],
    ['FREQ=DAILY;COUNT=1000000000', 'series.too_long'],
    ['FREQ=DAILY;COUNT=367', 'series.too_long'],
    ['FREQ=YEARLY;COUNT=4', 'series.too_long'],
    ['FREQ=DAILY;UNTIL=99991231', 'series.too_long'],
    ['FREQ=WEEKLY;UNTIL=20270130', 'series.empty'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3', 'series.empty'],
    ['FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231T235959Z', 'series.empty'],
    ['FREQ=DAILY;BYSETPOS=2;BYDAY=SU;COUNT=3', 'series.empty'],
    ['FREQ=SECONDLY;COUNT=1000000000', 'series.invalid_rule'],
    ['FREQ=HOURLY;COUNT=3', 'series.invalid_rule'],
    ['FREQ=DAILY;BYHOUR=10,11;COUNT=4', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=3;UNTIL=20270329', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=3;COUNT=2', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=0', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=-1', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=abc', 'series.invalid_rule'],
    ['FREQ=WEEKLY;INTERVAL=0;COUNT=2', 'series.invalid_rule'],
    ['FREQ=WEEKLY;UNTIL=20269999', 'series.invalid_rule'],
    ['FREQ=WEEKLY;BYDAY=XX;COUNT=2', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=2;X=1', 'series.invalid_rule'],
    ['FREQ=WEEKLY;COUNT=2\nEXDATE:20270131T010000Z', 'series.invalid_rule'],
    ['DTSTART:20270131T010000Z', 'series.invalid_rule'],
    ['COUNT=2', 'series.invalid_rule'],
    ['__proto__=1', 'series.invalid_rule'],
    ['', 'series.invalid_rule'],
    [`FREQ=YEARLY;COUNT=3;BYYEARDAY=${Array(120).fill('300').join(',')}`, 'series.too_long'],
    ['FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=100;COUNT=3', 'series.empty'],
    ['FREQ=WEEKLY;INTERVAL=9999;COUNT=2', 'series.too_long'],
    ['FREQ=YEARLY;COUNT=9;BYMONTH=1,2;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=300', 'series.empty'],
    ['FREQ=MONTHLY;COUNT=9;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=32', 'series.empty'],
    ['FREQ=YEARLY;COUNT=9;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=999', 'series.invalid_rule'],
    ['FREQ=DAILY;COUNT=4;BYMONTH=13', 'series.invalid_rule'],
    ['FREQ=DAILY;COUNT=4;BYMONTH=0', 'series.invalid_rule'],
    ['FREQ=MONTHLY;COUNT=2;BYMONTHDAY=32,5', 'series.invalid_rule'],
    ['FREQ=MONTHLY;COUNT=2;BYMONTHDAY=0', 'series.invalid_rule'],
    ['FREQ=YEARLY;COUNT=2;BYWEEKNO=54;BYDAY=MO', 'series.invalid_rule'],
    ['FREQ=YEARLY;COUNT=2;BYYEARDAY=367', 'series.invalid_rule'],
  ])('%s: %s', (rule, code) => {
    const before = performance.now();
    expect(() => of(TOKYO, '2027-01-31T01:00:00Z', rule)).toThrow(expect.objectContaining({ code }));
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});
