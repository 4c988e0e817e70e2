import { entriesOf, timetableOf } from '@yoyaku/booking';
import type { CalendarEvent } from '@yoyaku/booking/events';
import { DAY, epochMs, fromEpochMs, HOUR, instant, MINUTE, type Unbranded } from '@yoyaku/kernel';
import { id } from '@yoyaku/kernel/specification';
import { runProjection } from '@yoyaku/projecting';
import fc from 'fast-check';
import { sessionsOn } from './busy-days.queries';
import { availabilityProjection } from './projection';

const slot = {
  bookingId: 'a',
  holdId: 'a',
  businessId: 'salon',
  resourceId: 'yuki',
  serviceId: 'yoga',
  start: '2027-04-01T23:00:00Z',
  end: '2027-04-02T00:00:00Z',
  bufferBeforeMinutes: 5,
  bufferAfterMinutes: 10,
  partySize: 2,
  shared: true,
  alongside: null,
};
const first = epochMs(instant('2027-03-31T00:00:00Z'));
const reserved: Unbranded<CalendarEvent> = { type: 'SlotReserved', data: { ...slot, capacity: 10 } };
const alsoReserved: Unbranded<CalendarEvent> = {
  type: 'SlotReserved',
  data: { ...slot, bookingId: 'b', partySize: 3, capacity: 10 },
};
const block = {
  blockId: 'off',
  businessId: 'salon',
  resourceId: 'yuki',
  start: slot.start,
  end: '2027-04-03T00:00:01Z',
};

const busyAfter = (...events: Unbranded<CalendarEvent>[]) =>
  runProjection(availabilityProjection, events).busyDays.map(({ date, busy }) => [date, JSON.parse(busy)] as const);
/** From 23:00 for an hour, with its buffers. */
const yoga = (people: number) => ['yoga', 60, 5, 10, [1380, people]];

describe('the availability projection', () => {
  it('adds up the people of a session, and takes them away', () => {
    expect(busyAfter(reserved)).toEqual([['2027-04-01', [yoga(2)]]]);
    expect(busyAfter(reserved, alsoReserved)).toEqual([['2027-04-01', [yoga(5)]]]);
    expect(busyAfter(reserved, alsoReserved, { type: 'SlotReleased', data: slot })).toEqual([
      ['2027-04-01', [yoga(3)]],
    ]);
    expect(busyAfter(reserved, { type: 'SlotReleased', data: slot })).toEqual([['2027-04-01', []]]);
  });

  it('has the sessions of a kind in order', () => {
    const at = (hour: string): Unbranded<CalendarEvent> => ({
      type: 'SlotReserved',
      data: { ...slot, start: `2027-04-01T${hour}:00:00Z`, end: `2027-04-01T${hour}:30:00Z`, capacity: 10 },
    });
    expect(busyAfter(at('09'), at('07'), at('08'), at('09'))).toEqual([
      ['2027-04-01', [['yoga', 30, 5, 10, [420, 2, 480, 2, 540, 4]]]],
    ]);
  });

  it('keeps what is no session of one kind apart', () => {
    const later: Unbranded<CalendarEvent> = {
      type: 'SlotReserved',
      data: { ...slot, bufferAfterMinutes: 0, capacity: 10 },
    };
    expect(busyAfter(reserved, later)).toEqual([['2027-04-01', [yoga(2), ['yoga', 60, 5, 0, [1380, 2]]]]]);
  });

  it('has a block on each date that it touches, until it is lifted', () => {
    const blocked: Unbranded<CalendarEvent> = {
      type: 'TimeBlocked',
      data: { ...block, reason: null, calendarId: null },
    };
    const length = 1500 + 1 / 60;
    expect(busyAfter(blocked)).toEqual([
      ['2027-04-01', [['', length, 0, 0, [1380, 1]]]],
      ['2027-04-02', [['', length, 0, 0, [-60, 1]]]],
      ['2027-04-03', [['', length, 0, 0, [-1500, 1]]]],
    ]);
    expect(busyAfter(blocked, { type: 'TimeUnblocked', data: block }).flatMap(([, busy]) => busy)).toEqual([]);
  });

  it('is read back as it was taken', () => {
    const minutes = fc.constantFrom(0, 10);
    const taken = fc.record({
      start: fc.integer({ min: first, max: first + 3 * DAY }),
      length: fc.oneof(fc.constantFrom(HOUR, 2 * DAY), fc.integer({ min: 1, max: DAY })),
      bufferBeforeMinutes: minutes,
      bufferAfterMinutes: minutes,
      serviceId: fc.constantFrom(id('yoga'), id('dance')),
      partySize: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(taken, { selector: ({ start }) => start }), (all) => {
        const events = all.map(({ start, length, ...rest }): Unbranded<CalendarEvent> => {
          const time = { start: fromEpochMs(start), end: fromEpochMs(start + length) };
          return { type: 'SlotReserved', data: { ...slot, ...rest, ...time, capacity: 10 } };
        });
        const days = busyAfter(...events).map(([date, busy]) => [(Date.parse(date) - first) / DAY, busy] as const);
        const entries = all.map(({ start, length, bufferBeforeMinutes, bufferAfterMinutes, ...rest }) => ({
          ...rest,
          shared: true,
          alongside: null,
          start,
          end: start + length,
          before: bufferBeforeMinutes * MINUTE,
          after: bufferAfterMinutes * MINUTE,
        }));
        expect(timetableOf(sessionsOn(days, first).flatMap(entriesOf))).toEqual(timetableOf(entries));
        const without = timetableOf(entries.filter(({ end }) => end > first + DAY));
        const later = days.filter(([day]) => day > 0).map(([day, busy]) => [day - 1, busy] as const);
        expect(timetableOf(sessionsOn(later, first + DAY).flatMap(entriesOf))).toEqual(without);
      }),
    );
  });
});
