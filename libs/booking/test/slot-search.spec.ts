import { atLocal, epochMs, fromEpochMs, HOUR, instant, MINUTE, plusDays, type Uuid } from '@yoyaku/kernel';
import { id, rejection } from '@yoyaku/kernel/specification';
import fc from 'fast-check';
import type { Candidate } from '../src/domain/free-units';
import { ensureBookable, objectionToUse } from '../src/domain/request-policies';
import { capacityOf, durationOf, durationsOf } from '../src/domain/rules';
import { entriesOf } from '../src/domain/sessions';
import type { OfferedSlot, SlotSearch } from '../src/domain/slot-search';
import { placesTaken, timetableOf } from '../src/domain/timetable';
import { anyOf, BERLIN, business, candidate, daily, placeIn, search, service, sessionsOf, slotsOf } from './a-search';

describe('the slots of a search', () => {
  /** The clocks of Berlin are put forward, or back, that night. */
  const date = fc.constantFrom('2027-03-28', '2027-10-31');
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
  const asked = fc.record({
    date,
    opening: hours,
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
    const { date, opening, resources, requirements, ownMinutes, partySize, noticeMinutes, hoursAsked, ...rest } = asked;
    const noon = epochMs(instant(`${plusDays(date, -1)}T12:00:00Z`));
    const place = placeIn(BERLIN, opening);
    const candidates = resources.map(({ entries, ...details }, i) => {
      const taken = entries.map(({ begins, length, before, after, serviceId }) => {
        const start = noon + begins * 20 * MINUTE;
        const buffers = { before: before * MINUTE, after: after * MINUTE };
        return { start, end: start + length * MINUTE, ...buffers, serviceId, partySize: 1 };
      });
      return candidate('abc'.charAt(i), { place, ...details, taken: sessionsOf(taken) });
    });
    const start = epochMs(atLocal(date, '00:00', BERLIN));
    return search(candidates, date, {
      business: business({ timeZone: BERLIN, minNoticeMinutes: noticeMinutes }),
      service: service({
        ...rest,
        requirements: requirements.map((names) => anyOf(...names)),
        overrides: [{ resourceId: id('b'), durationMinutes: ownMinutes, price: null }],
      }),
      range: { start, end: start + hoursAsked * HOUR },
      partySize,
      at: start,
    });
  }

  /** The same answer found by asking at every five minutes, for each resource, what a request would be told. */
  function askedOneByOne({ business, service, candidates, range, partySize, at }: SlotSearch): OfferedSlot[] {
    const slots: OfferedSlot[] = [];
    for (let start = range.start; start < range.end; start += 5 * MINUTE) {
      const wish = { business, service, start, partySize, at };
      if (rejection(() => ensureBookable(wish)) !== undefined) continue;
      for (const minutes of durationsOf(service)) {
        const end = start + minutes * MINUTE;
        const wanted = {
          start,
          end,
          serviceId: service.serviceId,
          partySize,
          before: service.bufferBeforeMinutes * MINUTE,
          after: service.bufferAfterMinutes * MINUTE,
        };
        const placesOf = (resourceId: Uuid): number => {
          const one = candidates.get(resourceId) as Candidate;
          if (objectionToUse(wish, one, end)) return 0;
          return capacityOf(service, one) - placesTaken(timetableOf(one.taken.flatMap(entriesOf)), wanted);
        };
        const free = service.requirements.map(({ anyOf }, i) =>
          anyOf.filter((id) => (i > 0 || durationOf(service, id) === minutes) && placesOf(id) >= partySize),
        );
        const remaining = mostBookings(free, (id) => Math.floor(placesOf(id) / partySize));
        if (remaining === 0) continue;
        slots.push({
          start: fromEpochMs(start),
          end: fromEpochMs(end),
          resourceIds: [...new Set(free.flat())],
          remaining,
        });
      }
    }
    return slots;
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

  it('are exactly what a request is given', () =>
    fc.assert(
      fc.property(asked, (asked) => {
        const search = searchFor(asked);
        expect(slotsOf(search)).toEqual(askedOneByOne(search));
      }),
      { numRuns: 200 },
    ));
});
