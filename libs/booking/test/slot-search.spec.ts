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
import { Calendar, type CalendarState } from '../src/domain/calendar.decider';
import type { SlotSearch } from '../src/domain/chances';
import { explain } from '../src/domain/explanation';
import type { Candidate } from '../src/domain/free-units';
import { isSameOffer, offerOf, offersOf } from '../src/domain/offers';
import { ensureBookable, objectionToPlace, objectionToUse } from '../src/domain/request-policies';
import {
  capacityOf,
  doneWith,
  type OpeningRules,
  type ServiceRules,
  type SlotAlignment,
  type Venue,
} from '../src/domain/rules';
import { entriesOf } from '../src/domain/sessions';
import { findStarts, type OfferedSlot } from '../src/domain/slot-search';
import { type Entry, placesTaken, timetableOf } from '../src/domain/timetable';
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
    length: fc.constantFrom(20, 60, 300),
    before: fc.constantFrom(0, 30),
    after: fc.constantFrom(0, 15),
    serviceId: fc.constantFrom(id('haircut'), id('colour'), null),
  });
  const resource = fc.record({
    hours: fc.option(hours, { nil: null }),
    entries: fc.array(entry, { maxLength: 6 }),
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
    const { day, where, opening, openingThere, exception, resources, requirements, ...others } = asked;
    const { ownMinutes, ownPrice, partySize, noticeMinutes, slotAlignment, hoursAsked, ...rest } = others;
    const [timeZone, date] = day;
    const noon = epochMs(instant(`${plusDays(date, -1)}T12:00:00Z`));
    const places = new Map([
      [null, placeIn(timeZone, opening)],
      ['ginza', placeIn(timeZone, opening)],
      ['shibuya', placeIn('Asia/Tokyo', openingThere)],
    ]);
    const candidates = resources.map(({ entries, ...details }, i) => {
      const taken = entries.map(({ begins, length, before, after, serviceId }) => {
        const start = noon + begins * 20 * MINUTE;
        const buffers = { before: before * MINUTE, after: after * MINUTE };
        const shared = serviceId !== null;
        return { start, end: start + length * MINUTE, ...buffers, serviceId, shared, partySize: 1 };
      });
      const at = where.at[i] ?? null;
      const exceptions = exception && i === 0 ? { [date]: { hours: exception } } : {};
      return candidate('abc'.charAt(i), {
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

  /** The same answer found by asking at every five minutes, at each place, for each resource, what a request would be told. */
  function askedOneByOne({ business, service, candidates, venues, range, partySize, at }: SlotSearch): OfferedSlot[] {
    const slots: OfferedSlot[] = [];
    for (let start = range.start; start < range.end; start += 5 * MINUTE) {
      const wish = { business, service, start, partySize, at };
      if (rejection(() => ensureBookable(wish)) !== undefined) continue;
      for (const offer of offersOf(service, partySize)) {
        const end = start + offer.minutes * MINUTE;
        const wanted = {
          start,
          end,
          serviceId: service.serviceId,
          shared: service.shared,
          partySize,
          before: service.bufferBeforeMinutes * MINUTE,
          after: service.bufferAfterMinutes * MINUTE,
        };
        const placesOf = memoized((resourceId: Uuid, venue: Venue): number => {
          const one = candidates.get(resourceId) as Candidate;
          if ((one.locationId ?? venue.locationId) !== venue.locationId) return 0;
          if (objectionToUse(wish, venue, one, end)) return 0;
          return capacityOf(service, one) - placesTaken(timetableOf(one.taken.flatMap(entriesOf)), wanted);
        });
        const chances = venues
          .filter((venue) => !objectionToPlace(wish, venue))
          .flatMap((venue) => {
            const free = service.requirements.map(({ anyOf }, i) =>
              anyOf.filter(
                (id) =>
                  (i > 0 || isSameOffer(offerOf(service, id, partySize), offer)) && placesOf(id, venue) >= partySize,
              ),
            );
            const ways = waysOf(free).filter(
              (way) =>
                !venue.byResources ||
                venue.locationId === null ||
                way.some((id) => candidates.get(id)?.locationId === venue.locationId),
            );
            const unitsOf = (id: Uuid): number => {
              const left = Math.floor(placesOf(id, venue) / partySize);
              return service.shared ? left : Math.min(left, 1);
            };
            return ways.length > 0 ? [{ ids: new Set(ways.flat()), remaining: mostBookings(free, unitsOf) }] : [];
          });
        if (chances.length === 0) continue;
        slots.push({
          start: fromEpochMs(start),
          end: fromEpochMs(end),
          price: offer.price,
          resourceIds: [...new Set(chances.flatMap(({ ids }) => [...ids]))],
          remaining: chances.length === 1 ? (chances[0]?.remaining as number) : Number.NaN,
        });
      }
    }
    return slots;
  }

  function memoized(compute: (id: Uuid, venue: Venue) => number): (id: Uuid, venue: Venue) => number {
    const known = new Map<string, number>();
    return (id, venue) => known.getOrInsertComputed(`${id} ${venue.locationId}`, () => compute(id, venue));
  }

  /** Every way to give each requirement a resource of its own. */
  function waysOf([first, ...others]: readonly (readonly Uuid[])[], taken: readonly Uuid[] = []): Uuid[][] {
    if (!first) return [[...taken]];
    return first.filter((id) => !taken.includes(id)).flatMap((id) => waysOf(others, [...taken, id]));
  }

  /**
   * How many bookings there can be, by Gale's condition: of so many, any of the requirements together must find as many
   * units each among those that may meet them, who give each booking one at most.
   */
  function mostBookings(requirements: readonly (readonly Uuid[])[], unitsOf: (id: Uuid) => number): number {
    const together = [...requirements.map((ids) => [ids]), requirements];
    for (let count = 1; ; count++) {
      const isEnough = together.every((some) => {
        const units = [...new Set(some.flat())].map((id) => Math.min(unitsOf(id), count));
        return units.reduce((sum, one) => sum + one, 0) >= count * some.length;
      });
      if (!isEnough) return count - 1;
    }
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
      { numRuns: 100 },
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
    ...timetableOf(entries.map((entry, i) => ({ ...entry, bookingId: id(`${i}`), holdId: id(`${i}`) }))),
  });
});
