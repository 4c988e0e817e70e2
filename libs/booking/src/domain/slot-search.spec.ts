import {
  atLocal,
  epochMs,
  fromEpochMs,
  HOUR,
  type LocalDate,
  MINUTE,
  type Weekday,
  type WeeklySpans,
} from '@yoyaku/kernel';
import { rejection } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { ensureBookable, objectionToUse } from './request-policies';
import { type BusinessRules, capacityOf, type OpeningRules, type ServiceRules } from './rules';
import { type Candidate, findSlots, type SlotSearch } from './slot-search';
import { type Entry, placesTaken, timetableOf } from './timetable';

const TOKYO = 'Asia/Tokyo';
const BERLIN = 'Europe/Berlin';
const DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (starts: string, ends: string): WeeklySpans =>
  Object.fromEntries(DAYS.map((day) => [day, [{ starts, ends }]]));

const placeIn = (timeZone: string, hours = daily('09:00', '18:00')): OpeningRules => ({
  timeZone,
  hours,
  holidays: {},
});

const business = (other: Partial<BusinessRules> = {}): BusinessRules => ({
  businessId: 'salon',
  takesBookings: true,
  timeZone: TOKYO,
  minNoticeMinutes: 0,
  bookingWindowDays: 90,
  autoConfirm: true,
  pendingExpiryMinutes: 60,
  ...other,
});
const service = (other: Partial<ServiceRules> = {}): ServiceRules => ({
  serviceId: 'haircut',
  name: 'Haircut',
  durationMinutes: 60,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  slotIntervalMinutes: 30,
  price: { amount: 8000, currency: 'JPY' },
  capacity: 1,
  requirements: [{ anyOf: ['yuki'] }],
  overrides: [],
  terms: null,
  ...other,
});
const candidate = (resourceId: string, other: Partial<Candidate> = {}): Candidate => ({
  resourceId,
  locationId: null,
  place: placeIn(TOKYO),
  capacity: 1,
  hours: null,
  exceptions: {},
  timetable: timetableOf([]),
  ...other,
});
const search = (candidates: readonly Candidate[], from: LocalDate, other: Partial<SlotSearch> = {}): SlotSearch => ({
  business: business(),
  service: service(),
  candidates: new Map(candidates.map((one) => [one.resourceId, one])),
  from,
  to: from,
  partySize: 1,
  at: epochMs('2027-01-01T00:00:00Z'),
  ...other,
});
const starts = (asked: SlotSearch, timeZone = asked.business.timeZone): string[] =>
  findSlots(asked).map(({ start }) =>
    Temporal.Instant.from(start).toZonedDateTimeISO(timeZone).toPlainDateTime().toString().slice(5, 16),
  );
const busy = (date: LocalDate, from: string, to: string, other: Partial<Entry> = {}): Entry => ({
  start: epochMs(atLocal(date, from, TOKYO)),
  end: epochMs(atLocal(date, to, TOKYO)),
  before: 0,
  after: 0,
  serviceId: 'colour',
  partySize: 1,
  ...other,
});

describe('slots', () => {
  it('fill the opening hours, as long as the service fits', () => {
    const short = { hours: [{ starts: '10:00', ends: '12:00' }] };
    const yuki = candidate('yuki', { exceptions: { '2027-02-01': short } });
    expect(starts(search([yuki], '2027-02-01'))).toEqual(['02-01T10:00', '02-01T10:30', '02-01T11:00']);
  });

  it('leave out what is booked, with the buffers on both sides', () => {
    const yuki = candidate('yuki', {
      timetable: timetableOf([busy('2027-02-01', '12:00', '13:00', { after: 15 * MINUTE })]),
    });
    const asked = search([yuki], '2027-02-01', { service: service({ bufferAfterMinutes: 10 }) });
    expect(starts(asked)).toEqual(
      ['09:00', '09:30', '10:00', '10:30', '13:30', '14:00', '14:30', '15:00', '15:30', '16:00', '16:30', '17:00'].map(
        (time) => `02-01T${time}`,
      ),
    );
  });

  it('follow holidays, days off and the place’s hours', () => {
    const closed = { ...placeIn(TOKYO), holidays: { '2027-02-01': 'Founding day' } };
    expect(starts(search([candidate('yuki', { place: closed })], '2027-02-01'))).toEqual([]);
    expect(starts(search([candidate('yuki', { exceptions: { '2027-02-01': { hours: [] } } })], '2027-02-01'))).toEqual(
      [],
    );
    const early = candidate('yuki', { hours: daily('06:00', '10:30') });
    expect(starts(search([early], '2027-02-01'))).toEqual(['02-01T09:00', '02-01T09:30']);
  });

  it('keep to notice and window', () => {
    const asked = { business: business({ minNoticeMinutes: 120, bookingWindowDays: 1 }) };
    const at = epochMs(atLocal('2027-02-01', '12:10', TOKYO));
    const yuki = candidate('yuki');
    expect(starts(search([yuki], '2027-02-01', { ...asked, at })).at(0)).toBe('02-01T14:30');
    expect(starts(search([yuki], '2027-02-02', { ...asked, at })).at(-1)).toBe('02-02T12:00');
    expect(starts(search([yuki], '2027-02-01', { business: business({ takesBookings: false }) }))).toEqual([]);
  });

  it('reach over midnight where the opening does', () => {
    const bar = { place: placeIn(TOKYO, daily('22:00', '02:00')) };
    expect(starts(search([candidate('yuki', bar)], '2027-02-01'))).toEqual(
      ['00:00', '00:30', '01:00', '22:00', '22:30', '23:00', '23:30'].map((time) => `02-01T${time}`),
    );
    const hotel = { place: placeIn(TOKYO, daily('00:00', '24:00')) };
    const nights = {
      service: service({ durationMinutes: 3 * 1440, slotIntervalMinutes: 720 }),
    };
    expect(starts(search([candidate('yuki', hotel)], '2027-02-01', nights))).toEqual(['02-01T00:00', '02-01T12:00']);
  });

  it('count elapsed time when the clock changes', () => {
    const night = { business: business({ timeZone: BERLIN }), at: epochMs('2027-03-01T00:00:00Z') };
    const yuki = candidate('yuki', { place: placeIn(BERLIN, daily('00:00', '05:00')) });
    expect(starts(search([yuki], '2027-03-28', night))).toEqual(
      ['00:00', '00:30', '01:00', '01:30', '03:00', '03:30', '04:00'].map((time) => `03-28T${time}`),
    );
    const autumn = starts(search([yuki], '2027-10-31', { ...night, at: epochMs('2027-10-01T00:00:00Z') }));
    expect(autumn).toHaveLength(11);
    expect(autumn.filter((time) => time === '10-31T02:00')).toHaveLength(2);
  });

  it('need one of each, and never the same for two', () => {
    const salon = { service: service({ requirements: [{ anyOf: ['yuki', 'ken'] }, { anyOf: ['room'] }] }) };
    const room = candidate('room', { hours: daily('09:00', '10:00') });
    const [slot, ...more] = findSlots(search([candidate('yuki'), candidate('ken'), room], '2027-02-01', salon));
    expect(more).toEqual([]);
    expect(slot).toMatchObject({ resourceIds: ['yuki', 'ken', 'room'], remaining: 1 });

    const pair = { service: service({ requirements: [{ anyOf: ['yuki'] }, { anyOf: ['yuki', 'ken'] }] }) };
    expect(findSlots(search([candidate('yuki')], '2027-02-01', pair))).toEqual([]);
    expect(findSlots(search([candidate('yuki'), candidate('ken')], '2027-02-01', pair))).toHaveLength(17);
  });

  it('of a class say how many places are left', () => {
    const lesson = busy('2027-02-01', '09:00', '10:00', { serviceId: 'yoga', partySize: 7 });
    const yoga = service({ serviceId: 'yoga', capacity: 10 });
    const teacher = candidate('yuki', { timetable: timetableOf([lesson]), hours: daily('09:00', '10:00') });
    expect(findSlots(search([teacher], '2027-02-01', { service: yoga }))).toMatchObject([{ remaining: 3 }]);
    expect(findSlots(search([teacher], '2027-02-01', { service: yoga, partySize: 4 }))).toEqual([]);
  });

  it('take as long as who performs needs', () => {
    const requirements = [{ anyOf: ['yuki', 'ken'] }];
    const overrides = [{ resourceId: 'ken', durationMinutes: 90, price: null }];
    const hours = daily('09:00', '10:30');
    const asked = { service: service({ requirements, overrides }) };
    expect(findSlots(search([candidate('yuki', { hours }), candidate('ken', { hours })], '2027-02-01', asked))).toEqual(
      [
        { start: '2027-02-01T00:00:00Z', end: '2027-02-01T01:00:00Z', resourceIds: ['yuki'], remaining: 1 },
        { start: '2027-02-01T00:00:00Z', end: '2027-02-01T01:30:00Z', resourceIds: ['ken'], remaining: 1 },
        { start: '2027-02-01T00:30:00Z', end: '2027-02-01T01:30:00Z', resourceIds: ['yuki'], remaining: 1 },
      ],
    );
  });

  it('are exactly what a request is given', () => {
    const date = '2027-03-28';
    const hours = fc
      .tuple(fc.nat(23), fc.constantFrom('00', '30'), fc.nat(23), fc.constantFrom('00', '45'))
      .map(([a, b, c, d]) => daily(`${String(a).padStart(2, '0')}:${b}`, `${String(c).padStart(2, '0')}:${d}`));
    const entry = fc.record({
      start: fc.nat(120).map((n) => epochMs('2027-03-27T12:00:00Z') + n * 20 * MINUTE),
      length: fc.constantFrom(20, 60, 300),
      buffer: fc.constantFrom(0, 15),
      serviceId: fc.constantFrom('haircut', 'colour', null),
    });
    const asked = fc.record({
      hours,
      own: fc.option(hours, { nil: null }),
      entries: fc.array(entry, { maxLength: 6 }),
      durationMinutes: fc.constantFrom(20, 60, 240),
      bufferAfterMinutes: fc.constantFrom(0, 15),
      capacity: fc.constantFrom(1, 3),
      partySize: fc.constantFrom(1, 2),
      slotIntervalMinutes: fc.constantFrom(15, 20, 60),
    });
    fc.assert(
      fc.property(asked, ({ hours, own, entries, partySize, ...rest }) => {
        const timetable = timetableOf(
          entries.map(({ start, length, buffer, serviceId }) => ({
            ...{ start, end: start + length * MINUTE, before: buffer, after: buffer, serviceId, partySize: 1 },
          })),
        );
        const haircut = service(rest);
        const yuki = candidate('yuki', { place: placeIn(BERLIN, hours), hours: own, timetable });
        const salon = business({ timeZone: BERLIN });
        const at = epochMs(`${date}T03:00:00Z`);
        const offered = new Set(
          findSlots(search([yuki], date, { business: salon, service: haircut, partySize, at })).map(
            ({ start }) => start,
          ),
        );
        const midnight = epochMs(atLocal(date, '00:00', BERLIN));
        for (let start = midnight; start < midnight + 23 * HOUR; start += 5 * MINUTE) {
          const wish = { business: salon, service: haircut, start, partySize, at };
          const end = start + haircut.durationMinutes * MINUTE;
          const wanted = { start, end, before: 0, after: haircut.bufferAfterMinutes * MINUTE, partySize };
          const given =
            rejection(() => ensureBookable(wish)) === undefined &&
            objectionToUse(wish, yuki, end) === undefined &&
            placesTaken(timetable, { ...wanted, serviceId: 'haircut' }) + partySize <= capacityOf(haircut, yuki);
          expect([fromEpochMs(start), offered.has(fromEpochMs(start))]).toEqual([fromEpochMs(start), given]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
