import { instant } from '@yoyaku/kernel';
import { busyTimesInThread } from './in-thread';

const NOW = instant('2027-06-01T00:00:00Z');
const calendar = (...lines: readonly string[]): string => ['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n');
const event = (uid: string, ...lines: readonly string[]): string[] => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  'DTSTART:20270615T140000',
  'DURATION:PT1H',
  ...lines,
  'END:VEVENT',
];
const read = (text: string, patience?: number) =>
  busyTimesInThread({ text, timeZone: 'Asia/Tokyo', now: NOW, own: new Set(['ours']) }, patience);

/** Many series of many rules: seconds of work for 300 kB. */
const LONG = calendar(
  ...Array.from({ length: 300 }, (_, i) =>
    event(`${i}`, ...Array.from({ length: 20 }, (_, n) => `RRULE:FREQ=DAILY;INTERVAL=${n + 1};BYHOUR=1,2,3`)),
  ).flat(),
);

it('finds the busy times of a file in a thread, without what came from here', async () => {
  expect(await read(calendar(...event('theirs'), ...event('ours', 'DTSTART:20270616T140000')))).toEqual({
    times: [{ start: '2027-06-15T05:00:00Z', end: '2027-06-15T06:00:00Z' }],
    warnings: [],
  });
  await expect(read('<html>')).rejects.toMatchObject({ name: 'UnusableCalendar', code: 'not_a_calendar' });
});

it('gives up what takes too long, and nobody waits for it meanwhile', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await expect(read(LONG, 300)).rejects.toMatchObject({ code: 'too_complex' });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
});
