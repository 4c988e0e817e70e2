import {
  atLocal,
  type DaySpan,
  epochMs,
  fromEpochMs,
  HOUR,
  instant,
  type LocalDate,
  MINUTE,
  plusDays,
  type Uuid,
} from '@yoyaku/kernel';
import { id, rejection } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import { Calendar, type CalendarState, placesLeft } from '../src/domain/calendar.decider';
import type { SlotSearch } from '../src/domain/chances';
import { Choices, slotOf } from '../src/domain/choices';
import { explain } from '../src/domain/explanation';
import { optionsFor } from '../src/domain/options';
import { ensureBookable } from '../src/domain/request-policies';
import { doneWith, type OpeningRules, type ServiceRules, type SlotAlignment } from '../src/domain/rules';
import { entriesOf } from '../src/domain/sessions';
import { findStarts, type OfferedSlot } from '../src/domain/slot-search';
import { type Entry, startingAt, timetableOf } from '../src/domain/timetable';
import { anyOf, business, candidate, daily, placeIn, resultOf, search, service, sessionsOf, slotsOf } from './a-search';

describe('the slots of a search', () => {
  /** That day the clocks of the zone are put forward, or back; or nothing happens. */
  const day = fc.constantFrom<readonly [timeZone: string, date: LocalDate]>(
    ['Europe/Berlin', '2027-03-28'],
    ['Europe/Berlin', '2027-10-31'],
    ['America/New_York', '2027-03-14'],
    ['America/New_York', '2027-11-07'],
    ['Australia/Lord_Howe', '2027-04-04'],
    ['Australia/Lord_Howe', '2027-10-03'],
    ['Asia/Almaty', '2024-03-01'],
    ['Asia/Tokyo', '2027-02-01'],
  );
  const time = (minutes: readonly string[]) =>
    fc.tuple(fc.nat(23), fc.constantFrom(...minutes)).map(([hour, minute]) => `${hour}`.padStart(2, '0') + minute);
  const hours = fc
    .tuple(time([':00', ':30']), time([':00', ':45']))
    .map(([starts, ends]) => daily(starts, ends === starts ? '24:00' : ends));
  const entry = fc.record({
    begins: fc.nat(120),
    length: fc.constantFrom<number>(20, 60, 300),
    before: fc.constantFrom(0, 30),
    after: fc.constantFrom(0, 15),
    serviceId: fc.constantFrom(id('haircut'), id('colour'), null),
  });
  /** Sessions with their teams; the service may have had another length and other buffers when they were first booked. */
  const lesson = fc.record({
    begins: fc.nat(120),
    length: fc.constantFrom<number>(20, 60, 90),
    before: fc.constantFrom(0, 30),
    after: fc.constantFrom(0, 15),
    team: fc.constantFrom<string[]>(['a'], ['b'], ['a', 'c'], ['b', 'c'], ['b', 'a']),
    isTeamKnown: fc.boolean(),
  });
  const resource = fc.record({
    hours: fc.option(hours, { nil: null }),
    entries: fc.array(entry, { maxLength: 4 }),
    capacity: fc.constantFrom(1, 3),
  });
  /** Where each resource is, and whether the service names the places: at none, at two, or at one of them or none. */
  const where = fc.constantFrom<{ at: (string | null)[]; isNamed: boolean }>(
    { at: [null, null, null], isNamed: false },
    { at: ['ginza', 'ginza', null], isNamed: false },
    { at: ['ginza', 'shibuya', null], isNamed: false },
    { at: ['ginza', 'shibuya', 'shibuya'], isNamed: false },
    { at: ['ginza', 'shibuya', null], isNamed: true },
    { at: [null, null, null], isNamed: true },
  );
  const asked = fc.record({
    day,
    where,
    opening: hours,
    /** Of Shibuya, which is in Tokyo wherever the others are. */
    openingThere: hours,
    exception: fc.option(fc.constantFrom<DaySpan[]>([], [{ starts: '20:15', ends: '04:15' }]), { nil: null }),
    slotAlignment: fc.constantFrom<SlotAlignment>('opening', 'clock'),
    ownPrice: fc.constantFrom(null, 9000, 7000),
    shared: fc.boolean(),
    pricing: fc.constantFrom<ServiceRules['pricing']>('booking', 'person'),
    resources: fc.tuple(resource, resource, resource),
    capacity: fc.constantFrom(1, 4),
    lessons: fc.array(lesson, { minLength: 4, maxLength: 12 }),
    requirements: fc.constantFrom<readonly string[][]>([['a', 'b']], [['a', 'b'], ['c']], [['b'], ['a', 'b', 'c']]),
    ownMinutes: fc.constantFrom(null, 90),
    durationMinutes: fc.constantFrom(20, 60, 240),
    bufferBeforeMinutes: fc.constantFrom(0, 30),
    bufferAfterMinutes: fc.constantFrom(0, 15),
    partySize: fc.constantFrom(1, 2),
    slotIntervalMinutes: fc.constantFrom(15, 20, 120),
    noticeMinutes: fc.constantFrom(0, 200),
    hoursAsked: fc.constantFrom(1, 10, 30),
  });
  type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

  function searchFor(asked: Asked): SlotSearch {
    const { day, where, opening, openingThere, exception, resources, lessons, requirements, ...others } = asked;
    const { ownMinutes, ownPrice, partySize, noticeMinutes, slotAlignment, hoursAsked, ...rest } = others;
    const [timeZone, date] = day;
    const noon = epochMs(instant(`${plusDays(date, -1)}T12:00:00Z`));
    const places = new Map([
      [null, placeIn(timeZone, opening)],
      ['ginza', placeIn(timeZone, opening)],
      ['shibuya', placeIn('Asia/Tokyo', openingThere)],
    ]);
    const timeOf = ({ begins, length, before, after }: Omit<(typeof lessons)[number], 'team' | 'isTeamKnown'>) => {
      const start = noon + begins * 20 * MINUTE;
      return { start, end: start + length * MINUTE, before: before * MINUTE, after: after * MINUTE, partySize: 1 };
    };
    const candidates = resources.map(({ entries, ...details }, i) => {
      const name = 'abc'.charAt(i);
      const own = entries.map(({ serviceId, ...entry }) => {
        return { ...timeOf(entry), serviceId, shared: serviceId !== null, alongside: null };
      });
      const inLessons = lessons.filter(({ team }) => team.includes(name));
      const lessonsOf = inLessons.map(({ team, isTeamKnown, ...entry }) => {
        const alongside = isTeamKnown ? team.filter((one) => one !== name).map(id) : null;
        return { ...timeOf(entry), serviceId: id('haircut'), shared: true, alongside };
      });
      const taken: Entry[] = [...own, ...lessonsOf];
      const at = where.at[i] ?? null;
      const exceptions = exception && i === 0 ? { [date]: { hours: exception } } : {};
      return candidate(name, {
        place: places.get(at) as OpeningRules,
        locationId: at === null ? null : id(at),
        exceptions,
        ...details,
        taken: sessionsOf(taken),
      });
    });
    const start = epochMs(atLocal(date, '00:00', timeZone));
    const named = ['ginza', 'shibuya'].map((name) => ({
      locationId: id(name),
      opening: places.get(name) as OpeningRules,
      byResources: false,
    }));
    const overrides = [
      {
        resourceId: id('b'),
        durationMinutes: ownMinutes,
        price: ownPrice === null ? null : { amount: ownPrice, currency: 'JPY' },
      },
    ];
    return search(candidates, date, {
      business: business({ timeZone, minNoticeMinutes: noticeMinutes, slotAlignment }),
      service: service({ ...rest, requirements: requirements.map((names) => anyOf(...names)), overrides }),
      range: { start, end: start + hoursAsked * HOUR },
      partySize,
      at: start,
      ...(where.isNamed && { venues: named }),
    });
  }

  /** The same answer found by asking at every five minutes what a request would be told. */
  function askedOneByOne({ candidates, range, ...rest }: SlotSearch): OfferedSlot[] {
    const { service, partySize, venues } = rest;
    const calendars = new Map([...candidates].map(([id, { taken }]) => [id, calendarOf(taken.flatMap(entriesOf))]));
    const slots: OfferedSlot[] = [];
    for (let start = range.start; start < range.end; start += 5 * MINUTE) {
      const wish = { ...rest, resources: candidates, bookingId: id('none'), resourceIds: [], start };
      if (rejection(() => ensureBookable(wish)) !== undefined) continue;
      const options = optionsFor(wish, new Choices(wish), (id) =>
        startingAt(calendars.get(id) as CalendarState, start),
      );
      const offered = new Map<string, OfferedSlot>();
      for (const { offer, choices, timeOf } of options) {
        const unitsOf = (resourceId: Uuid): number => {
          const slot = slotOf(wish, resourceId, id('none'), timeOf(resourceId));
          const left = placesLeft(calendars.get(resourceId) as CalendarState, slot) + partySize;
          const units = Math.max(0, Math.floor(left / partySize));
          return service.shared ? units : Math.min(units, 1);
        };
        const free = choices().map(({ requirements }) => requirements.map((ids) => ids.filter(unitsOf)));
        const ways = free.flatMap((lists) => waysOf(lists));
        if (ways.length === 0) continue;
        const [from, to] = [fromEpochMs(start), fromEpochMs(start + offer.minutes * MINUTE)];
        const known = offered.get(`${offer.minutes} ${offer.price.amount}`);
        const remaining = (known?.remaining ?? 0) + bookingsIn(ways, unitsOf);
        const slot = {
          start: from,
          end: to,
          price: offer.price,
          resourceIds: [...new Set([...(known?.resourceIds ?? []), ...ways.flat()])],
          // What several places, or several teams of one session, may do together is not simply added up.
          remaining: venues.length > 1 || (known && service.requirements.length > 1) ? Number.NaN : remaining,
        };
        offered.set(`${offer.minutes} ${offer.price.amount}`, slot);
      }
      const found = [...offered.values()];
      slots.push(...found.sort((a, b) => a.price.amount - b.price.amount || epochMs(a.end) - epochMs(b.end)));
    }
    return slots;
  }

  /**
   * How many bookings there can be: each person who is enough alone counts; of teams of two there is only one among
   * three resources, and it takes in as many as its busier member can.
   */
  function bookingsIn(ways: readonly (readonly Uuid[])[], unitsOf: (id: Uuid) => number): number {
    const counts = ways.map((way) => Math.min(...way.map(unitsOf)));
    return (ways[0] as readonly Uuid[]).length === 1 ? counts.reduce((sum, one) => sum + one) : Math.max(...counts);
  }

  /** Every way to give each requirement a resource of its own. */
  function waysOf([first, ...others]: readonly (readonly Uuid[])[], taken: readonly Uuid[] = []): Uuid[][] {
    if (!first) return [[...taken]];
    return first.filter((id) => !taken.includes(id)).flatMap((id) => waysOf(others, [...taken, id]));
  }

  it('are exactly what a request is given, at every place, on days when clocks change too', () =>
    fc.assert(
      fc.property(asked, (asked) => {
        const search = searchFor(asked);
        const expected = askedOneByOne(search);
        const found = slotsOf(search);
        const what = ({ start, end, price }: OfferedSlot) => `${start} ${end} ${price.amount}`;
        expect(found.map(what)).toEqual(expected.map(what));
        const starts = resultOf(findStarts(search)).map(fromEpochMs);
        expect(starts).toEqual([...new Set(found.map(({ start }) => start))]);
        found.forEach(({ resourceIds, remaining }, i) => {
          const one = expected[i] as OfferedSlot;
          expect(resourceIds).toEqual(expect.arrayContaining([...one.resourceIds]));
          if (Number.isNaN(one.remaining)) expect(remaining).toBeGreaterThan(0);
          else expect(remaining).toBe(one.remaining);
        });
      }),
      { numRuns: 150 },
    ));

  it('are explained as they are offered, for each resource, every ten minutes', () =>
    fc.assert(
      fc.property(asked, (asked) => {
        const search = searchFor(asked);
        const { business, service, candidates, venues, range, partySize, at } = search;
        const calendars = new Map([...candidates].map(([id, { taken }]) => [id, calendarOf(taken.flatMap(entriesOf))]));
        for (const resourceId of new Set(service.requirements.flatMap(({ anyOf }) => anyOf))) {
          const offered = new Set(
            slotsOf({ ...search, service: doneWith(service, resourceId) }).map(({ start }) => start),
          );
          for (let start = range.start; start < range.end; start += 10 * MINUTE) {
            const rules = { business, service, venues, resources: candidates };
            const wish = { ...rules, bookingId: id('none'), resourceIds: [resourceId], start, partySize, at };
            const asked = explain(wish, {
              calendarOf: (id) => calendars.get(id) as CalendarState,
              whyUnusable: () => 'not_of_service',
            });
            const { offered: isOffered, reasons } = resultOf(asked);
            expect([fromEpochMs(start), isOffered]).toEqual([fromEpochMs(start), offered.has(fromEpochMs(start))]);
            expect(reasons.length > 0).toBe(!isOffered);
          }
        }
      }),
      { numRuns: 15 },
    ));

  const calendarOf = (entries: readonly Entry[]): CalendarState => ({
    ...Calendar.decider.initial,
    ...timetableOf(
      entries.map((entry, i) => ({ ...entry, bookingId: id(`${i}`), holdId: id(`${i}`), calendarId: null })),
    ),
  });
});
