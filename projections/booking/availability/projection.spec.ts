import type { CalendarEvent } from '@yoyaku/booking/events';
import { epochMs } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { availabilityProjection } from './projection';

const slot = {
  ...{ bookingId: 'a', holdId: 'a', businessId: 'salon', resourceId: 'yuki', serviceId: 'yoga' },
  ...{ start: '2027-04-01T23:00:00Z', end: '2027-04-02T00:00:00Z' },
  ...{ bufferBeforeMinutes: 5, bufferAfterMinutes: 10, partySize: 2 },
};
const [start, end] = [epochMs(slot.start), epochMs(slot.end)];
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
  runProjection(availabilityProjection, events).busyDays.map(({ date, busy }) => [date, busy] as const);

describe('the availability projection', () => {
  it('adds up the people of a session, and takes them away', () => {
    const session = (people: number) => [['2027-04-01', [[start, end, 300_000, 600_000, 'yoga', people]]]];
    expect(busyAfter(reserved)).toEqual(session(2));
    expect(busyAfter(reserved, alsoReserved)).toEqual(session(5));
    expect(busyAfter(reserved, alsoReserved, { type: 'SlotReleased', data: slot })).toEqual(session(3));
    expect(busyAfter(reserved, { type: 'SlotReleased', data: slot })).toEqual([['2027-04-01', []]]);
  });

  it('keeps what is no session of one kind apart', () => {
    const later: CalendarEvent = { type: 'SlotReserved', data: { ...slot, bufferAfterMinutes: 0, capacity: 10 } };
    expect(busyAfter(reserved, later)).toEqual([
      [
        '2027-04-01',
        [
          [start, end, 300_000, 600_000, 'yoga', 2],
          [start, end, 300_000, 0, 'yoga', 2],
        ],
      ],
    ]);
  });

  it('has a block on each date that it touches, until it is lifted', () => {
    const time = [start, epochMs(block.end), 0, 0, '', 1];
    const blocked: CalendarEvent = { type: 'TimeBlocked', data: { ...block, reason: null } };
    expect(busyAfter(blocked)).toEqual([
      ['2027-04-01', [time]],
      ['2027-04-02', [time]],
      ['2027-04-03', [time]],
    ]);
    expect(busyAfter(blocked, { type: 'TimeUnblocked', data: block }).flatMap(([, busy]) => busy)).toEqual([]);
  });
});
