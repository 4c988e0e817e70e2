import type { StoredEvent } from '@yoyaku/eventing';
import type { Decided, Request } from './client';
import type { OfferedService } from './offers';
import { unexplained } from './refusals';

const MINUTE = 60_000;
const START = '2027-04-01T01:00:00.000Z';
const cut: OfferedService = {
  id: 'cut',
  duration: 30 * MINUTE,
  before: 0,
  after: 10 * MINUTE,
  capacity: 1,
  requirements: [['aya', 'botan'], ['room']],
};

const slot = (resourceId: string, bookingId: string, start = START) => ({
  resourceId,
  bookingId,
  holdId: `hold of ${bookingId}`,
  serviceId: 'cut',
  start,
  end: new Date(Date.parse(start) + cut.duration).toISOString(),
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  partySize: 1,
  capacity: 1,
});
type Entry = readonly [type: string, data: object, position: number];
const reserved = (position: number, ...of: Parameters<typeof slot>): Entry => ['SlotReserved', slot(...of), position];
const released = (position: number, ...of: Parameters<typeof slot>): Entry => ['SlotReleased', slot(...of), position];

const history = (...entries: readonly Entry[]): StoredEvent[] =>
  entries.map(([type, data, position]) => ({
    id: `00000000-0000-4000-8000-0000000000${position}`,
    stream: 'a stream',
    type,
    data: { ...data },
    revision: 0,
    position: BigInt(position),
    metadata: {} as StoredEvent['metadata'],
  }));

const book: Request = { method: 'POST', path: '/bookings', body: { serviceId: 'cut', start: START, partySize: 1 } };
const refusedAt = (sentAt: number, endedAt: number, command = book): Decided => ({
  sentAt,
  endedAt,
  command,
  answer: { status: 409, body: '{"code":"booking.slot_taken"}', headers: new Headers() },
});
/** Somebody was told at that time that all is stored up to that position. */
const knownAt = (time: number, position: number): Decided => ({
  sentAt: time,
  endedAt: time,
  command: book,
  answer: { status: 201, body: '{}', headers: new Headers({ 'x-event-position': `${position}` }) },
});

const count = (entries: readonly Entry[], ...decided: readonly Decided[]) =>
  unexplained(decided, [cut], history(...entries)).length;

describe('a refusal is explained', () => {
  it('when nobody who could serve was free', () => {
    expect(count([reserved(10, 'aya', 'b1'), reserved(11, 'botan', 'b2')], refusedAt(5, 6))).toBe(0);
    expect(count([reserved(10, 'room', 'b1')], refusedAt(5, 6))).toBe(0);
    expect(count([reserved(10, 'room', 'b1', '2027-04-01T00:25:00.000Z')], refusedAt(5, 6))).toBe(0);
  });

  it('not when one of them was, or the time lies clear of the others', () => {
    expect(count([], refusedAt(5, 6))).toBe(1);
    expect(count([reserved(10, 'aya', 'b1')], refusedAt(5, 6))).toBe(1);
    expect(count([reserved(10, 'room', 'b1', '2027-04-01T00:20:00.000Z')], refusedAt(5, 6))).toBe(1);
  });

  it('by what stood while it was asked for, not by what was gone before or came after', () => {
    const entries = [reserved(10, 'room', 'b1'), released(20, 'room', 'b1')];
    expect(count(entries, knownAt(1, 15), refusedAt(5, 6), knownAt(9, 30))).toBe(0);
    expect(count(entries, knownAt(1, 20), refusedAt(5, 6), knownAt(9, 30))).toBe(1);
    expect(count(entries, knownAt(1, 5), refusedAt(5, 6), knownAt(9, 9))).toBe(1);
  });

  it('for a booking that moves, when one of its own resources was taken by another', () => {
    const move: Request = { method: 'POST', path: '/bookings/b1/reschedule', body: { start: START } };
    const made: Entry = [
      'BookingRequested',
      { bookingId: 'b1', serviceId: 'cut', partySize: 1, resourceIds: ['aya', 'room'] },
      9,
    ];
    const own = [made, reserved(10, 'aya', 'b1'), reserved(11, 'room', 'b1')];
    expect(count(own, refusedAt(5, 6, move))).toBe(1);
    expect(count([...own, reserved(12, 'aya', 'b2')], refusedAt(5, 6, move))).toBe(0);
    expect(count([...own, reserved(12, 'botan', 'b2')], refusedAt(5, 6, move))).toBe(1);
  });
});
