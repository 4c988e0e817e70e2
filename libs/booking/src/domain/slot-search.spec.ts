import { atLocal, calendarDate, epochMs, instant, type LocalDate, MINUTE, type Uuid } from '@yoyaku/kernel';
import { id, millisecondsOf, rejection } from '@yoyaku/kernel/specification';
import {
  anyOf,
  BERLIN,
  business,
  candidate,
  daily,
  type PlacedCandidate,
  placeIn,
  search,
  service,
  sessionsOf,
  slotsOf,
  TOKYO,
} from '../../test/a-search';
import type { SlotSearch } from './chances';
import type { Candidate } from './free-units';
import { findSlots } from './slot-search';
import type { Entry } from './timetable';

const starts = (asked: SlotSearch, timeZone = asked.business.timeZone): string[] =>
  slotsOf(asked).map(({ start }) =>
    Temporal.Instant.from(start).toZonedDateTimeISO(timeZone).toPlainDateTime().toString().slice(5, 16),
  );
const busy = (date: LocalDate, from: string, to: string, other: Partial<Entry> = {}): Entry => ({
  start: epochMs(atLocal(date, from, TOKYO)),
  end: epochMs(atLocal(date, to, TOKYO)),
  before: 0,
  after: 0,
  serviceId: id('colour'),
  shared: true,
  alongside: null,
  partySize: 1,
  ...other,
});

/** Of 62 days, in a place that is always open. */
const roundTheClock = (
  ids: readonly string[],
  asked: SlotSearch['service'],
  others: Readonly<Record<string, Partial<PlacedCandidate>>> = {},
): SlotSearch => {
  const place = placeIn(TOKYO, daily('00:00', '24:00'));
  const range = { start: epochMs(instant('2027-02-01T00:00:00Z')), end: epochMs(instant('2027-04-04T00:00:00Z')) };
  const candidates = ids.map((id) => candidate(id, { place, ...others[id] }));
  return search(candidates, '2027-02-01', { service: asked, range });
};

describe('slots', () => {
  it('fill the opening hours, as long as the service fits', () => {
    const short = { hours: [{ starts: '10:00', ends: '12:00' }] };
    const yuki = candidate('yuki', { exceptions: { '2027-02-01': short } });
    expect(starts(search([yuki], '2027-02-01'))).toEqual(['02-01T10:00', '02-01T10:30', '02-01T11:00']);
  });

  it('leave out what is booked, with the buffers on both sides', () => {
    const yuki = candidate('yuki', {
      taken: sessionsOf([busy('2027-02-01', '12:00', '13:00', { after: 15 * MINUTE })]),
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
    const at = epochMs(atLocal(calendarDate('2027-02-01'), '12:10', TOKYO));
    const yuki = candidate('yuki');
    expect(starts(search([yuki], '2027-02-01', { ...asked, at })).at(0)).toBe('02-01T14:30');
    expect(starts(search([yuki], '2027-02-02', { ...asked, at })).at(-1)).toBe('02-02T17:00');
    expect(starts(search([yuki], '2027-02-03', { ...asked, at }))).toEqual([]);
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
    const night = { business: business({ timeZone: BERLIN }), at: epochMs(instant('2027-03-01T00:00:00Z')) };
    const yuki = candidate('yuki', { place: placeIn(BERLIN, daily('00:00', '05:00')) });
    expect(starts(search([yuki], '2027-03-28', night))).toEqual(
      ['00:00', '00:30', '01:00', '01:30', '03:00', '03:30', '04:00'].map((time) => `03-28T${time}`),
    );
    const autumn = starts(search([yuki], '2027-10-31', { ...night, at: epochMs(instant('2027-10-01T00:00:00Z')) }));
    expect(autumn).toHaveLength(11);
    expect(autumn.filter((time) => time === '10-31T02:00')).toHaveLength(2);
  });

  it('need one of each, and never the same for two', () => {
    const salon = { service: service({ requirements: [anyOf('yuki', 'ken'), anyOf('room')] }) };
    const room = candidate('room', { hours: daily('09:00', '10:00') });
    const [slot, ...more] = slotsOf(search([candidate('yuki'), candidate('ken'), room], '2027-02-01', salon));
    expect(more).toEqual([]);
    expect(slot).toMatchObject({ resourceIds: ['yuki', 'ken', 'room'], remaining: 1 });

    const pair = { service: service({ requirements: [anyOf('yuki'), anyOf('yuki', 'ken')] }) };
    expect(slotsOf(search([candidate('yuki')], '2027-02-01', pair))).toEqual([]);
    expect(slotsOf(search([candidate('yuki'), candidate('ken')], '2027-02-01', pair))).toHaveLength(17);
  });

  it('are at one place each, and add up over places unless somebody may be at each', () => {
    const at = (place: string | null, name: string, other: Partial<PlacedCandidate> = {}) =>
      candidate(name, { locationId: place === null ? null : id(place), ...other });
    const cut = { service: service({ requirements: [anyOf('yuki', 'ken', 'mei'), anyOf('a', 'b')] }) };
    const found = (...candidates: PlacedCandidate[]) => slotsOf(search(candidates, '2027-02-01', cut));
    const [yuki, ken, a, b] = [at('ginza', 'yuki'), at('shibuya', 'ken'), at('ginza', 'a'), at('shibuya', 'b')];
    expect(found(yuki, b)).toEqual([]);
    expect(found(yuki, ken, a, b)).toHaveLength(17);
    expect(found(yuki, ken, a, b)[0]).toMatchObject({ resourceIds: ['yuki', 'a', 'ken', 'b'], remaining: 2 });
    const closed = at('ginza', 'a', { hours: {} });
    expect(found(yuki, ken, closed, b)[0]).toMatchObject({ resourceIds: ['ken', 'b'], remaining: 1 });
    expect(found(at(null, 'mei'), a, b)[0]).toMatchObject({ resourceIds: ['mei', 'a', 'b'], remaining: 1 });
  });

  it('count nobody twice who may meet several requirements', () => {
    const three = ['yuki', 'ken', 'mei'];
    const pair = { service: service({ requirements: [anyOf(...three), anyOf(...three)] }) };
    const [slot] = slotsOf(
      search(
        three.map((id) => candidate(id)),
        '2027-02-01',
        pair,
      ),
    );
    expect(slot).toMatchObject({ resourceIds: three, remaining: 1 });
  });

  it('are found in no time where ten requirements share nine, or nineteen, resources', () => {
    for (const [count, found] of [
      [9, 0],
      [19, 17],
    ] as const) {
      const ids = Array.from({ length: count }, (_, i) => `resource ${i}`);
      const crew = { service: service({ requirements: Array(10).fill(anyOf(...ids)) }) };
      const candidates = ids.map((id) => candidate(id));
      const spent = millisecondsOf(() => expect(slotsOf(search(candidates, '2027-02-01', crew))).toHaveLength(found));
      expect(spent).toBeLessThan(10_000);
    }
  });

  it('are refused where there are too many for one answer', () => {
    const ids = Array.from({ length: 200 }, (_, i) => `resource ${i}`);
    const always = placeIn(TOKYO, daily('00:00', '24:00'));
    const dense = service({ slotIntervalMinutes: 5, requirements: [anyOf(...ids)] });
    const range = { start: epochMs(instant('2027-02-01T00:00:00Z')), end: epochMs(instant('2027-03-01T00:00:00Z')) };
    const asked = search(
      ids.map((id) => candidate(id, { place: always })),
      '2027-02-01',
      { service: dense, range },
    );
    expect(rejection(() => slotsOf(asked))).toBe('availability.too_large');
  });

  it('are not looked for where there never are enough resources, however long the time and many the durations', () => {
    const ids = Array.from({ length: 100 }, (_, i) => `resource ${i}`);
    const overrides = ids.map((name, i) => ({ resourceId: id(name), durationMinutes: 10 + i, price: null }));
    for (const lists of [Array(10).fill(ids.slice(0, 9)), [...Array(8).fill(ids), ids.slice(0, 1), ids.slice(0, 1)]]) {
      const requirements = lists.map((names) => anyOf(...names));
      const crew = service({ slotIntervalMinutes: 5, requirements, overrides });
      expect(millisecondsOf(() => expect(slotsOf(roundTheClock(ids, crew))).toEqual([]))).toBeLessThan(10_000);
    }
  });

  it('are refused where it takes too much to see that there are none', () => {
    const ids = Array.from({ length: 100 }, (_, i) => `resource ${i}`);
    const overrides = ids.map((name, i) => ({ resourceId: id(name), durationMinutes: 10 + i, price: null }));
    const requirements = [...Array(8).fill(anyOf(...ids)), anyOf('morning'), anyOf('evening')];
    const never = service({ slotIntervalMinutes: 5, requirements, overrides });
    const asked = roundTheClock([...ids, 'morning', 'evening'], never, {
      morning: { hours: daily('00:00', '12:00') },
      evening: { hours: daily('12:00', '24:00') },
    });
    const spent = millisecondsOf(() => expect(rejection(() => slotsOf(asked))).toBe('availability.too_large'));
    expect(spent).toBeLessThan(10_000);
  });

  it('of two months are found for a team of ten of whom two are needed', () => {
    const ids = Array.from({ length: 10 }, (_, i) => `resource ${i}`);
    const requirements = [anyOf(...ids), anyOf(...ids)];
    const byDay = Object.fromEntries(ids.map((name) => [name, { hours: daily('09:00', '18:00') }]));
    const pair = service({ slotIntervalMinutes: 5, requirements });
    expect(slotsOf(roundTheClock(ids, pair, byDay)).length).toBeGreaterThan(5_000);
  });

  it('let others go first while they are looked for', () => {
    const finding = findSlots(search([candidate('yuki')], '2027-02-01'));
    expect(finding.next()).toEqual({ done: false, value: undefined });
  });

  it('let others go first however many places, prices and requirements there are', () => {
    /** What the search looks up between two pauses: candidates, and the hours of places. */
    let [looks, most] = [0, 0];
    class Looked extends Map<Uuid, Candidate> {
      override get(key: Uuid) {
        looks++;
        return super.get(key);
      }
      override has(key: Uuid) {
        looks++;
        return super.has(key);
      }
    }
    const names = (of: string, count: number) => Array.from({ length: count }, (_, i) => `${of} ${i}`);
    const [performers, helpers, places] = [names('performer', 100), names('helper', 100), names('place', 200)];
    const overrides = performers.map((name, i) => {
      const price = { amount: 1000 + i, currency: 'JPY' };
      return { resourceId: id(name), durationMinutes: null, price };
    });
    const requirements = [anyOf(...performers), ...Array(9).fill(anyOf(...helpers))];
    for (const locationOf of [(i: number) => id(places[i] as string), () => null]) {
      const candidates = [...performers, ...helpers].map((name, i) => candidate(name, { locationId: locationOf(i) }));
      const venues = places.map((name) => ({
        locationId: id(name),
        byResources: locationOf(0) !== null,
        get opening() {
          looks += 1_000;
          return placeIn(TOKYO);
        },
      }));
      const asked = search(candidates, '2027-02-01', { service: service({ requirements, overrides }), venues });
      const finding = findSlots({ ...asked, candidates: new Looked(asked.candidates) });
      const run = () => {
        for (let done = false; !done; most = Math.max(most, looks)) {
          looks = 0;
          done = finding.next().done === true;
        }
      };
      expect(rejection(run)).toBe(locationOf(0) === null ? 'availability.too_large' : undefined);
    }
    // Some milliseconds of work: many times less than all of it.
    expect(most).toBeLessThan(30_000);
  });

  it('of a class say how many places are left', () => {
    const lesson = busy('2027-02-01', '09:00', '10:00', { serviceId: id('yoga'), partySize: 7 });
    const yoga = service({ serviceId: id('yoga'), capacity: 10 });
    const teacher = candidate('yuki', { taken: sessionsOf([lesson]), hours: daily('09:00', '10:00') });
    expect(slotsOf(search([teacher], '2027-02-01', { service: yoga }))).toMatchObject([{ remaining: 3 }]);
    expect(slotsOf(search([teacher], '2027-02-01', { service: yoga, partySize: 4 }))).toEqual([]);
  });

  it('are within a window of whole dates of the place, however the clock changes', () => {
    const [open, window] = [daily('22:00', '24:00'), { business: business({ bookingWindowDays: 1 }) }];
    const late = candidate('yuki', { place: placeIn(TOKYO, open) });
    const noon = epochMs(atLocal(calendarDate('2027-02-01'), '12:00', TOKYO));
    expect(starts(search([late], '2027-02-02', { ...window, at: noon }))).toEqual([
      '02-02T22:00',
      '02-02T22:30',
      '02-02T23:00',
    ]);
    const berlin = { business: business({ timeZone: BERLIN, bookingWindowDays: 1 }) };
    const night = candidate('yuki', { place: placeIn(BERLIN, open) });
    for (const [today, last] of [
      ['2027-03-27', '2027-03-28'],
      ['2027-10-30', '2027-10-31'],
    ] as const) {
      const at = epochMs(atLocal(today, '12:00', BERLIN));
      expect(starts(search([night], last, { ...berlin, at })).at(-1)).toBe(`${last.slice(5)}T23:00`);
    }
  });

  it('are those of each place, in its own hours and time zone', () => {
    const kolkata = placeIn('Asia/Kolkata', daily('09:00', '13:00'));
    const place = { locationId: id('kolkata'), place: kolkata };
    const hourly = { service: service({ requirements: [anyOf('yuki', 'ken', 'mei')], slotIntervalMinutes: 60 }) };
    const [yuki, ken, mei] = [
      candidate('yuki', place),
      candidate('ken', { ...place, locationId: null }),
      candidate('mei'),
    ];
    expect(starts(search([yuki], '2027-02-01', hourly), 'Asia/Kolkata')).toEqual(
      ['09:00', '10:00', '11:00', '12:00'].map((time) => `02-01T${time}`),
    );
    const named = [{ locationId: id('kolkata'), opening: kolkata, byResources: false }];
    const there = search([ken], '2027-02-01', { ...hourly, venues: named });
    expect(starts(there, 'Asia/Kolkata')).toHaveLength(4);
    const both = slotsOf(search([yuki, mei], '2027-02-01', hourly));
    expect(both.filter(({ start }) => start.endsWith(':30:00Z')).map(({ resourceIds }) => resourceIds)).toEqual(
      Array(4).fill(['yuki']),
    );
    expect(both.filter(({ resourceIds }) => resourceIds.includes(id('mei')))).toHaveLength(9);
  });

  it('take as long as who performs needs', () => {
    const requirements = [anyOf('yuki', 'ken')];
    const overrides = [{ resourceId: id('ken'), durationMinutes: 90, price: null }];
    const hours = daily('09:00', '10:30');
    const asked = { service: service({ requirements, overrides }) };
    const { price } = asked.service;
    expect(slotsOf(search([candidate('yuki', { hours }), candidate('ken', { hours })], '2027-02-01', asked))).toEqual([
      { start: '2027-02-01T00:00:00Z', end: '2027-02-01T01:00:00Z', price, resourceIds: ['yuki'], remaining: 1 },
      { start: '2027-02-01T00:00:00Z', end: '2027-02-01T01:30:00Z', price, resourceIds: ['ken'], remaining: 1 },
      { start: '2027-02-01T00:30:00Z', end: '2027-02-01T01:30:00Z', price, resourceIds: ['yuki'], remaining: 1 },
    ]);
  });
});
