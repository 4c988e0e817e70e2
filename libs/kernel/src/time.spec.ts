import fc from 'fast-check';
import { rejection } from './specification';
import {
  atLocal,
  calendarDate,
  DAY,
  datesBetween,
  daysBetween,
  epochMs,
  FIRST_DATE,
  FIRST_INSTANT,
  fromEpochMs,
  HOUR,
  instant,
  isTimeZone,
  LAST_DATE,
  LAST_INSTANT,
  type LocalDate,
  localDate,
  MINUTE,
  nearestDate,
  nearestInstant,
  plusDays,
  plusMs,
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
        fc.array(
          fc.tuple(
            fc.date({ noInvalidDate: true, min: new Date(FIRST_INSTANT), max: new Date(LAST_INSTANT) }),
            fc.constantFrom(1, 1_000, MINUTE, HOUR, DAY),
          ),
          {
            minLength: 1,
          },
        ),
        (moments) => {
          for (const [date, unit] of moments) {
            const ms = Math.floor(date.getTime() / unit) * unit;
            expect(fromEpochMs(ms)).toBe(new Date(ms).toISOString().replace('.000Z', 'Z'));
          }
        },
      ),
    ));

  it('knows which day it is where', () => {
    expect(localDate(instant('2026-04-01T20:00:00Z'), 'Asia/Tokyo')).toBe('2026-04-02');
    expect(localDate(instant('2026-04-01T02:00:00Z'), 'America/New_York')).toBe('2026-03-31');
  });

  it('reads wall clocks over both changes of summer time', () => {
    expect(atLocal(calendarDate('2026-03-29'), '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z');
    expect(atLocal(calendarDate('2026-10-25'), '02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z');
    expect(atLocal(calendarDate('2026-10-25'), '24:00', 'Europe/Berlin')).toBe('2026-10-25T23:00:00Z');
    expect(atLocal(calendarDate('2026-10-25'), '00:00', 'Europe/Berlin')).toBe('2026-10-24T22:00:00Z');
  });

  it('counts days and weekdays', () => {
    expect(daysBetween('2027-02-28', '2028-03-01')).toBe(367);
    expect(weekday(calendarDate('2026-04-05'))).toBe(7);
    expect(plusDays(calendarDate('2028-02-28'), 1)).toBe('2028-02-29');
    expect(datesBetween('2026-12-30', '2027-01-02')).toHaveLength(4);
  });

  describe('has one range', () => {
    const instants = fc.integer({ min: epochMs(FIRST_INSTANT), max: epochMs(LAST_INSTANT) }).map(fromEpochMs);
    const dates = instants.map((at) => at.slice(0, 10) as LocalDate);

    it('in which instants and dates are read', () => {
      for (const text of [FIRST_INSTANT, LAST_INSTANT]) expect(instant(text)).toBe(text);
      for (const text of [FIRST_DATE, LAST_DATE]) expect(calendarDate(text)).toBe(text);
      for (const text of ['1899-12-31T23:59:59.999Z', '2200-12-31T23:59:59-00:01', '0000-01-01T00:00:00Z'])
        expect(rejection(() => instant(text))).toBe('time.out_of_range');
      for (const text of ['1899-12-31', '2201-01-01', '0000-01-01', '9999-12-31'])
        expect(rejection(() => calendarDate(text))).toBe('time.out_of_range');
      for (const text of ['2027-02-29', '2027-13-01', '27-01-01', '+002027-01-01', '2027-04-01T00:00:00Z', ''])
        expect(rejection(() => calendarDate(text))).toBe('time.invalid_date');
    });

    it('which no arithmetic leaves', () => {
      for (const leave of [
        () => plusMs(LAST_INSTANT, 1),
        () => plusMs(FIRST_INSTANT, -1),
        () => plusDays(LAST_DATE, 1),
        () => plusDays(FIRST_DATE, -1),
        () => plusDays(FIRST_DATE, Number.MAX_SAFE_INTEGER),
        () => atLocal(LAST_DATE, '24:00', 'UTC'),
        () => atLocal(FIRST_DATE, '00:00', 'Asia/Tokyo'),
        () => fromEpochMs(Number.NaN),
      ]) {
        expect(rejection(leave)).toBe('time.out_of_range');
      }
    });

    it('in which texts are in the order of time', () =>
      fc.assert(
        fc.property(instants, instants, dates, dates, (a, b, day, other) => {
          const seconds = [a, b].map((at) => at.slice(0, 19)) as [string, string];
          expect(seconds[0] < seconds[1]).toBe(Date.parse(`${seconds[0]}Z`) < Date.parse(`${seconds[1]}Z`));
          expect(Math.sign(Temporal.PlainDate.compare(day, other))).toBe(day < other ? -1 : day > other ? 1 : 0);
        }),
      ));

    it('and counts days as the calendar does', () =>
      fc.assert(
        fc.property(dates, fc.integer({ min: -1000, max: 1000 }), (date, days) => {
          const there = Temporal.PlainDate.from(date).add({ days }).toString() as LocalDate;
          const isThere = there >= FIRST_DATE && there <= LAST_DATE;
          expect(isThere ? plusDays(date, days) : rejection(() => plusDays(date, days))).toBe(
            isThere ? there : 'time.out_of_range',
          );
        }),
      ));

    it('to whose ends what lies outside is drawn, where it was stored before', () => {
      expect(nearestInstant('+010000-01-01T11:59:59Z')).toBe(LAST_INSTANT);
      expect(nearestInstant('0000-01-01T00:00:00Z')).toBe(FIRST_INSTANT);
      expect(nearestInstant('2027-04-01T09:00:00Z')).toBe('2027-04-01T09:00:00Z');
      expect(nearestDate('0000-01-01')).toBe(FIRST_DATE);
      expect(nearestDate('9999-12-31')).toBe(LAST_DATE);
      expect(nearestDate('2027-04-01')).toBe('2027-04-01');
    });

    it('up to whose last day dates are listed, but never too many', () => {
      expect(datesBetween('2200-12-30', LAST_DATE)).toEqual(['2200-12-30', LAST_DATE]);
      expect(datesBetween('2027-04-02', '2027-04-01')).toEqual([]);
      expect(rejection(() => datesBetween(FIRST_DATE, LAST_DATE))).toBe('time.too_many_dates');
    });
  });

  it('knows IANA zones and nothing else', () => {
    expect(isTimeZone('Asia/Almaty')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('+09:00')).toBe(false);
  });
});
