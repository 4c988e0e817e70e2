import fc from 'fast-check';
import { rejection } from './specification';
import {
  atLocal,
  DAY,
  datesBetween,
  fromEpochMs,
  HOUR,
  instant,
  isTimeZone,
  localDate,
  MINUTE,
  plusDays,
  weekday,
} from './time';

describe('time', () => {
  it('reads any ISO instant into one form', () => {
    expect(instant('2026-04-01T18:00:00+09:00')).toBe('2026-04-01T09:00:00Z');
    expect(instant('2026-04-01T09:00:00.000Z')).toBe('2026-04-01T09:00:00Z');
    expect(instant('2026-04-01T09:00:00.1299Z')).toBe('2026-04-01T09:00:00.129Z');
    expect(instant('2026-04-01T09:00:00.12Z')).toBe(fromEpochMs(Date.UTC(2026, 3, 1, 9, 0, 0, 120)));
    expect(fromEpochMs(Date.UTC(2026, 3, 1, 9))).toBe('2026-04-01T09:00:00Z');
    expect(rejection(() => instant('2026-04-01 09:00'))).toBe('time.invalid_instant');
    expect(rejection(() => instant('2026-04-01T09:00:00'))).toBe('time.invalid_instant');
  });

  it('writes every moment as Date does, without milliseconds where there are none', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.date({ noInvalidDate: true }), fc.constantFrom(1, 1_000, MINUTE, HOUR, DAY)), {
          minLength: 1,
        }),
        (moments) => {
          for (const [date, unit] of moments) {
            const ms = Math.floor(date.getTime() / unit) * unit;
            if (Math.abs(ms) > 8.64e15) continue;
            expect(fromEpochMs(ms)).toBe(new Date(ms).toISOString().replace('.000Z', 'Z'));
          }
        },
      ),
    ));

  it('knows which day it is where', () => {
    expect(localDate('2026-04-01T20:00:00Z', 'Asia/Tokyo')).toBe('2026-04-02');
    expect(localDate('2026-04-01T02:00:00Z', 'America/New_York')).toBe('2026-03-31');
  });

  it('reads wall clocks over both changes of summer time', () => {
    expect(atLocal('2026-03-29', '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z');
    expect(atLocal('2026-10-25', '02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
    expect(atLocal('2026-10-25', '24:00', 'Europe/Berlin')).toBe('2026-10-25T23:00:00Z');
    expect(atLocal('2026-10-25', '00:00', 'Europe/Berlin')).toBe('2026-10-24T22:00:00Z');
  });

  it('counts days and weekdays', () => {
    expect(weekday('2026-04-05')).toBe(7);
    expect(plusDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(datesBetween('2026-12-30', '2027-01-02')).toHaveLength(4);
  });

  it('knows IANA zones and nothing else', () => {
    expect(isTimeZone('Asia/Almaty')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('+09:00')).toBe(false);
  });
});
