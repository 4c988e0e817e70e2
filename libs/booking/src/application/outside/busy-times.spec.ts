import { type Instant, instant } from '@yoyaku/kernel';
import fc from 'fast-check';
import { type BusyTimes, busyTimesOf, MOST_EVENTS } from './busy-times';

const TOKYO = 'Asia/Tokyo';
const NOW = instant('2027-06-01T00:00:00Z');

const calendar = (...parts: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Somebody//EN', ...parts, 'END:VCALENDAR', ''].join('\r\n');
let uids = 0;
const event = (...lines: readonly string[]): string =>
  [
    'BEGIN:VEVENT',
    ...(lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:${++uids}`]),
    ...lines,
    'END:VEVENT',
  ].join('\r\n');

const read = (text: string, timeZone = TOKYO, now: Instant = NOW) => busyTimesOf(text, { timeZone, now });
const spans = ({ times }: BusyTimes) => times.map(({ start, end }) => `${start} ${end}`);
const busy = async (...events: readonly string[]) => spans(await read(calendar(...events)));

describe('when somebody is busy', () => {
  it.each([
    ['W. Europe Standard Time', '2027-06-15T07:30:00Z 2027-06-15T08:30:00Z'],
    ['Tokyo Standard Time', '2027-06-15T00:30:00Z 2027-06-15T01:30:00Z'],
    ['Europe/Berlin', '2027-06-15T07:30:00Z 2027-06-15T08:30:00Z'],
    ['/mozilla.org/20050126_1/Europe/Berlin', '2027-06-15T07:30:00Z 2027-06-15T08:30:00Z'],
    ['"Europe/Berlin"', '2027-06-15T07:30:00Z 2027-06-15T08:30:00Z'],
    ['Eastern Standard Time', '2027-06-15T13:30:00Z 2027-06-15T14:30:00Z'],
    ['"tzone://Microsoft/Utc"', '2027-06-15T09:30:00Z 2027-06-15T10:30:00Z'],
  ])('is told in the zone %s', async (zone, span) => {
    const found = await read(
      calendar(event(`DTSTART;TZID=${zone}:20270615T093000`, `DTEND;TZID=${zone}:20270615T103000`)),
    );
    expect(spans(found)).toEqual([span]);
    expect(found.warnings).toEqual([]);
  });

  it('is the resource’s wall time where no zone is named, and where nobody knows it, which is told', async () => {
    expect(await busy(event('DTSTART:20270615T140000', 'DTEND:20270615T150000'))).toEqual([
      '2027-06-15T05:00:00Z 2027-06-15T06:00:00Z',
    ]);
    const custom = 'Customized Time Zone';
    const found = await read(
      calendar(event(`DTSTART;TZID=${custom}:20270615T140000`, `DTEND;TZID=${custom}:20270615T150000`)),
    );
    expect(spans(found)).toEqual(['2027-06-15T05:00:00Z 2027-06-15T06:00:00Z']);
    expect(found.warnings).toEqual([{ code: 'unknown_time_zone', timeZone: custom }]);
  });

  it('warns in text that can be stored and shown, whatever the file has', async () => {
    const told = async (zone: string) => (await read(calendar(event(`DTSTART;TZID=${zone}:20270615T140000`)))).warnings;
    expect(await told('Foo\0Bar\x1b')).toEqual([{ code: 'unknown_time_zone', timeZone: 'Foo\ufffdBar\ufffd' }]);
    // The end of what is told may be in the middle of a sign.
    expect(await told(`${'a'.repeat(99)}😀`)).toEqual([
      { code: 'unknown_time_zone', timeZone: `${'a'.repeat(99)}\ufffd` },
    ]);
  });

  it('is told in a zone that the file defines', async () => {
    const half = (name: string, start: string, from: string, to: string, month: number) => [
      `BEGIN:${name}`,
      `DTSTART:${start}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      `RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=${month}`,
      `END:${name}`,
    ];
    const zone = [
      'BEGIN:VTIMEZONE',
      'TZID:Customized Time Zone',
      ...half('STANDARD', '16010101T030000', '+0200', '+0100', 10),
      ...half('DAYLIGHT', '16010101T020000', '+0100', '+0200', 3),
      'END:VTIMEZONE',
    ].join('\r\n');
    const at = (day: string, ...more: string[]) =>
      event(`DTSTART;TZID=Customized Time Zone:${day}T093000`, 'DURATION:PT1H', ...more);
    const found = await read(calendar(zone, at('20270615'), at('20271215')));
    expect(found.warnings).toEqual([]);
    expect(spans(found)).toEqual([
      '2027-06-15T07:30:00Z 2027-06-15T08:30:00Z',
      '2027-12-15T08:30:00Z 2027-12-15T09:30:00Z',
    ]);
    expect(await busy(zone, at('20271025', 'RRULE:FREQ=WEEKLY;COUNT=2'))).toEqual([
      '2027-10-25T07:30:00Z 2027-10-25T08:30:00Z',
      '2027-11-01T08:30:00Z 2027-11-01T09:30:00Z',
    ]);
  });

  it.each([
    [
      'with an end',
      ['DTSTART;VALUE=DATE:20270616', 'DTEND;VALUE=DATE:20270617'],
      '2027-06-15T15:00:00Z 2027-06-16T15:00:00Z',
    ],
    ['without one', ['DTSTART;VALUE=DATE:20270616'], '2027-06-15T15:00:00Z 2027-06-16T15:00:00Z'],
    [
      'that ends on its first',
      ['DTSTART;VALUE=DATE:20270616', 'DTEND;VALUE=DATE:20270616'],
      '2027-06-15T15:00:00Z 2027-06-16T15:00:00Z',
    ],
    ['with a length', ['DTSTART;VALUE=DATE:20270616', 'DURATION:P2D'], '2027-06-15T15:00:00Z 2027-06-17T15:00:00Z'],
  ])('is the whole local day of an event of days %s', async (_, lines, span) => {
    expect(await busy(event(...lines))).toEqual([span]);
  });

  it('is a whole day on which clocks change, and one without a midnight', async () => {
    const day = (date: string) => calendar(event(`DTSTART;VALUE=DATE:${date}`));
    expect(spans(await read(day('20271031'), 'Europe/Berlin'))).toEqual(['2027-10-30T22:00:00Z 2027-10-31T23:00:00Z']);
    expect(spans(await read(day('20270905'), 'America/Santiago'))).toEqual([
      '2027-09-05T04:00:00Z 2027-09-06T03:00:00Z',
    ]);
  });

  it.each([
    ['transparent', ['TRANSP:TRANSPARENT']],
    ['cancelled', ['STATUS:CANCELLED']],
    ['free by Outlook’s word alone', ['X-MICROSOFT-CDO-BUSYSTATUS:FREE']],
  ])('is not during what is %s', async (_, lines) => {
    expect(await busy(event('DTSTART:20270615T140000Z', 'DTEND:20270615T150000Z', ...lines))).toEqual([]);
  });

  it('is not where nothing lasts, is over, or is too far ahead', async () => {
    const at = (start: string, end: string) => event(`DTSTART:${start}`, `DTEND:${end}`);
    expect(
      await busy(
        event('DTSTART:20270615T140000Z'),
        at('20270615T140000Z', '20270615T130000Z'),
        at('20270530T140000Z', '20270601T000000Z'),
        at('20280601T000000Z', '20280601T010000Z'),
      ),
    ).toEqual([]);
    expect(await busy(at('20270531T230000Z', '20270601T000100Z'))).toEqual([
      '2027-05-31T23:00:00Z 2027-06-01T00:01:00Z',
    ]);
  });

  it('is told by what has the highest SEQUENCE', async () => {
    const version = (sequence: number, hour: number) =>
      event('UID:a', `SEQUENCE:${sequence}`, `DTSTART:20270615T${hour}0000Z`, 'DURATION:PT1H');
    expect(await busy(version(1, 10), version(3, 12), version(2, 11))).toEqual([
      '2027-06-15T12:00:00Z 2027-06-15T13:00:00Z',
    ]);
  });

  it('is once, however many say so, and without what came from here', async () => {
    const same = () => event('DTSTART:20270615T140000Z', 'DTEND:20270615T150000Z');
    expect(await busy(same(), same())).toHaveLength(1);
    const text = calendar(event('UID:x@yoyaku', 'DTSTART:20270615T140000Z', 'DTEND:20270615T150000Z'));
    const isOwn = (uid: string) => uid === 'x@yoyaku';
    expect((await busyTimesOf(text, { timeZone: TOKYO, now: NOW, isOwn })).times).toEqual([]);
  });

  it('comes in blocks of a year at most, which begin at the same moments whenever it is looked', async () => {
    const text = calendar(event('DTSTART:20260601T000000Z', 'DTEND:20300601T000000Z'));
    const blocks = spans(await read(text));
    expect(blocks).toEqual(['2026-06-01T00:00:00Z 2027-06-02T00:00:00Z', '2027-06-02T00:00:00Z 2028-06-02T00:00:00Z']);
    const later = spans(await read(text, TOKYO, instant('2027-06-01T12:00:00Z')));
    expect(later).toEqual(blocks);
  });
});

describe('a series', () => {
  const BERLIN = 'TZID=Europe/Berlin';

  it('keeps its wall time, and leaves out what is excepted, in whatever zone that is written', async () => {
    const series = event(
      `DTSTART;${BERLIN}:20271018T100000`,
      `DTEND;${BERLIN}:20271018T110000`,
      'RRULE:FREQ=WEEKLY;COUNT=5',
      'EXDATE;TZID=Tokyo Standard Time:20271025T170000',
      'EXDATE;VALUE=DATE:20271115',
    );
    expect(await busy(series)).toEqual([
      '2027-10-18T08:00:00Z 2027-10-18T09:00:00Z',
      '2027-11-01T09:00:00Z 2027-11-01T10:00:00Z',
      '2027-11-08T09:00:00Z 2027-11-08T10:00:00Z',
    ]);
  });

  it('has occurrences that were moved, or cancelled, whatever zone names them', async () => {
    const series = event('UID:s', `DTSTART;${BERLIN}:20270614T100000`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=4');
    const moved = event('UID:s', 'RECURRENCE-ID:20270615T080000Z', 'DTSTART:20270615T120000Z', 'DURATION:PT30M');
    const cancelled = event(
      'UID:s',
      `RECURRENCE-ID;${BERLIN}:20270616T100000`,
      'STATUS:CANCELLED',
      `DTSTART;${BERLIN}:20270616T100000`,
    );
    const free = event('UID:s', 'RECURRENCE-ID;VALUE=DATE:20270617', 'TRANSP:TRANSPARENT', 'DTSTART:20270617T080000Z');
    expect(await busy(moved, series, cancelled, free)).toEqual([
      '2027-06-14T08:00:00Z 2027-06-14T09:00:00Z',
      '2027-06-15T12:00:00Z 2027-06-15T12:30:00Z',
    ]);
    const off = event('UID:s', 'SEQUENCE:1', 'STATUS:CANCELLED', `DTSTART;${BERLIN}:20270614T100000`);
    expect(await busy(series, moved, off)).toEqual([]);
  });

  it('of whole days is of the resource’s days', async () => {
    const days = event(
      'DTSTART;VALUE=DATE:20200106',
      'RRULE:FREQ=WEEKLY;UNTIL=20270614T150000Z',
      'EXDATE;VALUE=DATE:20270607',
    );
    expect(await busy(days)).toEqual(['2027-06-13T15:00:00Z 2027-06-14T15:00:00Z']);
    const more = event(
      'DTSTART;VALUE=DATE:20200107',
      'RRULE:FREQ=WEEKLY;UNTIL=20270614T150000Z',
      'EXDATE;VALUE=DATE:20270608',
    );
    expect(await busy(more)).toEqual([
      '2027-05-31T15:00:00Z 2027-06-01T15:00:00Z',
      '2027-06-14T15:00:00Z 2027-06-15T15:00:00Z',
    ]);
  });

  it('has more dates, and periods', async () => {
    const lines = [
      'DTSTART:20270614T080000Z',
      'DURATION:PT1H',
      'RDATE:20270615T080000Z',
      'RDATE;VALUE=PERIOD:20270616T080000Z/PT2H',
    ];
    expect(await busy(event(...lines))).toEqual([
      '2027-06-14T08:00:00Z 2027-06-14T09:00:00Z',
      '2027-06-15T08:00:00Z 2027-06-15T09:00:00Z',
      '2027-06-16T08:00:00Z 2027-06-16T10:00:00Z',
    ]);
  });

  it.each([
    'FREQ=FORTNIGHTLY',
    'FREQ=SECONDLY',
    'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5',
  ])('whose rule is %s is taken once, and told of', async (rule) => {
    const found = await read(calendar(event('DTSTART:20270614T080000Z', 'DURATION:PT1H', `RRULE:${rule}`)));
    expect(spans(found)).toEqual(['2027-06-14T08:00:00Z 2027-06-14T09:00:00Z']);
    expect(found.warnings).toEqual([{ code: 'invalid_rule', rule }]);
  });

  it.each([
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2',
    'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=31',
  ])('that never comes again (%s) ends', async (rule) => {
    expect(await busy(event('DTSTART:20270614T080000Z', 'DURATION:PT1H', `RRULE:${rule}`))).toHaveLength(1);
  });

  it('that began long ago is there', async () => {
    const found = await busy(event('DTSTART:19900101T080000Z', 'DURATION:PT1H', 'RRULE:FREQ=DAILY'));
    expect(found).toHaveLength(366);
    expect(found[0]).toBe('2027-06-01T08:00:00Z 2027-06-01T09:00:00Z');
  });
});

describe('a file', () => {
  it.each([
    ['no calendar', '<html>Sign in</html>'],
    ['nothing', ''],
    ['half of one', calendar(event('DTSTART:20270614T080000Z')).slice(0, -40)],
  ])('that is %s is not taken', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'not_a_calendar' });
  });

  it('with too many events, or times, is not taken', async () => {
    const one = event('DTSTART:20270614T080000Z', 'DURATION:PT1H');
    await expect(read(calendar(...Array.from({ length: MOST_EVENTS + 1 }, () => one)))).rejects.toMatchObject({
      code: 'too_many_events',
    });
    const daily = Array.from({ length: 14 }, (_, i) =>
      event(`DTSTART:20270601T08${10 + i}00Z`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY'),
    );
    await expect(read(calendar(...daily))).rejects.toMatchObject({ code: 'too_many_events' });
  });

  it('is folded, has small letters, and events that are no events', async () => {
    const text =
      'begin:vcalendar\nbegin:vevent\nuid:a\nsummary:Sal\n on; 10:00\ndtstart:202706\n 14T080000Z\nduration:PT1H\nend:vevent\nBEGIN:VEVENT\nUID:b\nDTSTART:soon\nEND:VEVENT\nend:vcalendar';
    const found = await read(text);
    expect(spans(found)).toEqual(['2027-06-14T08:00:00Z 2027-06-14T09:00:00Z']);
    expect(found.warnings).toEqual([{ code: 'invalid_events', count: 1 }]);
  });

  it('that lists without end is not taken', async () => {
    const listed = (count: number) => Array.from({ length: count }, () => '20270615T080000Z').join(',');
    const dates = Array.from({ length: 30 }, () => `EXDATE:${listed(1_000)}`);
    const long = `DTSTART${';A=B'.repeat(10_000)}:20270614T080000Z`;
    for (const lines of [dates, [long]]) {
      const text = calendar(event('DTSTART:20270614T080000Z', 'DURATION:PT1H', ...lines));
      await expect(read(text)).rejects.toMatchObject({ code: 'too_complex' });
    }
  });

  it('has lines that are none, where they tell nothing', async () => {
    const odd = ['no colon', 'ATTENDEE;CN="a:b', 'X;=:', `DESCRIPTION:${'x'.repeat(30_000)}`];
    expect(await busy(event('DTSTART:20270614T080000Z', 'DURATION:PT1H', ...odd))).toHaveLength(1);
  });

  it('is read, or refused, whatever is in it', async () => {
    const line = fc.oneof(
      fc.constantFrom(
        'DTSTART:20270614T080000Z',
        'DTSTART;VALUE=DATE:20270614',
        'DTEND:20270614T090000',
        'DURATION:P1W',
        'DURATION:-PT5M',
        'SEQUENCE:x',
        'UID:a',
        'RECURRENCE-ID:20270614T080000Z',
      ),
      fc.constantFrom(
        'RRULE:FREQ=DAILY;COUNT=3',
        'RRULE:FREQ=YEARLY;BYWEEKNO=54',
        'RRULE:',
        'EXDATE:',
        'RDATE;VALUE=PERIOD:1/2',
        'EXDATE;VALUE=DATE:20270615',
      ),
      fc
        .tuple(
          fc.constantFrom('DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE', 'RDATE', 'RECURRENCE-ID;TZID=x'),
          fc.string({ maxLength: 20 }),
        )
        .map((parts) => parts.join(':')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { maxLength: 8 }), { maxLength: 4 }), async (events) => {
        const text = calendar(...events.map((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n')));
        const found = await read(text).catch((error) => error);
        if (found instanceof Error) expect(found).toMatchObject({ code: 'not_a_calendar' });
        else for (const { start, end } of found.times) expect(Date.parse(end)).toBeGreaterThan(Date.parse(start));
      }),
      { numRuns: 300 },
    );
  });
});
