import type { CalendarEvent } from '@yoyaku/booking/events';
import { DAY, epochMs, MINUTE } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { sessionsOn } from './busy-days';
import { availabilityProjection } from './projection';

const slot = {
  ...{ bookingId: 'a', holdId: 'a', businessId: 'salon', resourceId: 'yuki', serviceId: 'yoga' },
  ...{ start: '2027-04-01T23:00:00Z', end: '2027-04-02T00:00:00Z' },
  ...{ bufferBeforeMinutes: 5, bufferAfterMinutes: 10, partySize: 2 },
};
const first = epochMs('2027-03-31T00:00:00Z');
const reserved: CalendarEvent = { type: 'SlotReserved', data: { ...slot, capacity: 10 } };
const alsoReserved: CalendarEvent = {
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

const busyAfter = (...events: CalendarEvent[]) =>
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
    const at = (hour: string): CalendarEvent => ({
      type: 'SlotReserved',
      data: { ...slot, start: `2027-04-01T${hour}:00:00Z`, end: `2027-04-01T${hour}:30:00Z`, capacity: 10 },
    });
    expect(busyAfter(at('09'), at('07'), at('08'), at('09'))).toEqual([
      ['2027-04-01', [['yoga', 30, 5, 10, [420, 2, 480, 2, 540, 4]]]],
    ]);
  });

  it('keeps what is no session of one kind apart', () => {
    const later: CalendarEvent = { type: 'SlotReserved', data: { ...slot, bufferAfterMinutes: 0, capacity: 10 } };
    expect(busyAfter(reserved, later)).toEqual([['2027-04-01', [yoga(2), ['yoga', 60, 5, 0, [1380, 2]]]]]);
  });

  it('has a block on each date that it touches, until it is lifted', () => {
    const blocked: CalendarEvent = { type: 'TimeBlocked', data: { ...block, reason: null } };
    const length = 1500 + 1 / 60;
    expect(busyAfter(blocked)).toEqual([
      ['2027-04-01', [['', length, 0, 0, [1380, 1]]]],
      ['2027-04-02', [['', length, 0, 0, [-60, 1]]]],
      ['2027-04-03', [['', length, 0, 0, [-1500, 1]]]],
    ]);
    expect(busyAfter(blocked, { type: 'TimeUnblocked', data: block }).flatMap(([, busy]) => busy)).toEqual([]);
  });

  it('is read back to the millisecond, each session once', () => {
    const odd = { ...block, start: '2027-03-31T23:59:59.999Z', end: '2027-04-02T00:00:00.001Z' };
    const blocked: CalendarEvent = { type: 'TimeBlocked', data: { ...odd, reason: null } };
    const days = busyAfter(reserved, alsoReserved, blocked).map(
      ([date, busy]) => [(epochMs(`${date}T00:00:00Z`) - first) / DAY, busy] as const,
    );
    const service = { serviceId: 'yoga', length: 60 * MINUTE, before: 5 * MINUTE, after: 10 * MINUTE };
    const session = { ...service, starts: [epochMs(slot.start)], people: [5] };
    const length = epochMs(odd.end) - epochMs(odd.start);
    const time = { serviceId: null, length, before: 0, after: 0, starts: [epochMs(odd.start)], people: [1] };
    expect(sessionsOn(days, first)).toEqual([time, session]);
    const fromTheNext = days.filter(([day]) => day > 0).map(([day, busy]) => [day - 1, busy] as const);
    expect(sessionsOn(fromTheNext, first + DAY)).toEqual([session, time]);
  });
});
