import type { StoredEvent } from '@yoyaku/eventing';
import { uuid } from '@yoyaku/kernel';
import { repeatsIn, replay } from './history';
import { offersOf } from './offers';
import { differences, type Shown } from './shown';

const slot = {
  resourceId: 'aya',
  bookingId: 'b1',
  holdId: 'h1',
  serviceId: 'cut',
  start: '2027-04-01T01:00:00Z',
  end: '2027-04-01T01:30:00Z',
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  partySize: 1,
  capacity: 1,
};
const later = { bookingId: 'b2', holdId: 'h2', start: '2027-04-01T01:40:00Z', end: '2027-04-01T02:10:00Z' };

type Entry = readonly [stream: string, type: string, data: object];

const reserved = (changes: Partial<typeof slot> = {}): Entry => [
  'calendar-aya',
  'SlotReserved',
  { ...slot, ...changes },
];
const released = (changes: Partial<typeof slot> = {}): Entry => [
  'calendar-aya',
  'SlotReleased',
  { ...slot, ...changes },
];
const booking = (type: string, changes: object = {}): Entry => {
  const { bookingId, holdId, serviceId, start, end, partySize } = { ...slot, ...changes };
  const data = { bookingId, holdId, serviceId, start, end, partySize, resourceIds: ['aya'], status: 'confirmed' };
  return [`booking-${bookingId}`, type, { ...data, ...changes }];
};

const history = (...entries: readonly Entry[]): StoredEvent[] =>
  entries.map(([stream, type, data], i) => ({
    id: uuid(`00000000-0000-4000-8000-${`${i}`.padStart(12, '0')}`),
    stream,
    type,
    data: { ...data },
    revision: 0,
    position: BigInt(i),
    metadata: {} as StoredEvent['metadata'],
  }));

const findings = (...entries: readonly Entry[]) => {
  const { overlaps, unheld, orphans } = replay(history(...entries));
  return { overlaps: overlaps.length, unheld: unheld.length, orphans: orphans.length };
};
const nothing = { overlaps: 0, unheld: 0, orphans: 0 };

describe('a history', () => {
  it('is right when bookings are made, moved and given up in their order', () => {
    expect(
      findings(
        reserved(),
        booking('BookingRequested'),
        reserved(later),
        booking('BookingRequested', later),
        reserved({ holdId: 'h3', start: '2027-04-01T03:00:00Z', end: '2027-04-01T03:30:00Z' }),
        booking('BookingRescheduled', {
          holdId: 'h3',
          start: '2027-04-01T03:00:00Z',
          end: '2027-04-01T03:30:00Z',
          previous: { holdId: 'h1' },
        }),
        released(),
        booking('BookingCancelled', later),
        released(later),
      ),
    ).toEqual(nothing);
  });

  it.each([
    ['times that overlap', { start: '2027-04-01T01:15:00Z', end: '2027-04-01T01:45:00Z' }],
    ['a time within a buffer', { start: '2027-04-01T01:35:00Z', end: '2027-04-01T02:05:00Z' }],
    ['the very same time', { start: slot.start, end: slot.end }],
  ])('tells of %s', (_, time) => {
    const other = { bookingId: 'b2', holdId: 'h2', ...time };
    const entries = [reserved(), booking('BookingRequested'), reserved(other), booking('BookingRequested', other)];
    expect(findings(...entries)).toEqual({ ...nothing, overlaps: 1 });
  });

  it('tells of an overlap that was gone in the end', () => {
    const other = { bookingId: 'b2', holdId: 'h2' };
    expect(findings(reserved(), booking('BookingRequested'), reserved(other), released(other))).toEqual({
      ...nothing,
      overlaps: 1,
    });
  });

  it('lets a session take as many as its capacity, and not one more', () => {
    const party = (bookingId: string, partySize: number) =>
      reserved({ bookingId, holdId: bookingId, partySize, capacity: 4 });
    expect(findings(party('b1', 2), party('b2', 2)).overlaps).toBe(0);
    expect(findings(party('b1', 2), party('b2', 3)).overlaps).toBe(1);
  });

  it('tells of a booking without its slot', () => {
    expect(findings(booking('BookingRequested'))).toEqual({ ...nothing, unheld: 1 });
    expect(findings(booking('BookingRequested'), reserved())).toEqual({ ...nothing, unheld: 1 });
  });

  it('tells of a slot that was released before its booking gave it up', () => {
    expect(findings(reserved(), booking('BookingRequested'), released(), booking('BookingCancelled'))).toEqual({
      ...nothing,
      unheld: 1,
    });
  });

  it('tells of a slot at another time than its booking', () => {
    expect(findings(reserved(), booking('BookingRequested', { start: '2027-04-01T01:15:00Z' })).unheld).toBe(1);
  });

  it('tells of a hold that nobody owns', () => {
    expect(findings(reserved()).orphans).toBe(1);
    expect(findings(reserved(), booking('BookingRequested'), booking('BookingCancelled')).orphans).toBe(1);
  });

  it('tells of a booking in a block; blocks may lie over bookings, and over each other', () => {
    const block = (type: string, changes: object = {}): Entry => [
      'calendar-aya',
      type,
      { blockId: 'k1', resourceId: 'aya', start: '2027-04-01T01:15:00Z', end: '2027-04-01T02:00:00Z', ...changes },
    ];
    expect(findings(reserved(), booking('BookingRequested'), block('TimeBlocked'))).toEqual(nothing);
    expect(findings(block('TimeBlocked'), reserved(), booking('BookingRequested')).overlaps).toBe(1);
    expect(findings(block('TimeBlocked'), block('TimeBlocked', { blockId: 'k2' }))).toEqual(nothing);
    expect(findings(block('TimeBlocked'), block('TimeUnblocked'), reserved(), booking('BookingRequested'))).toEqual(
      nothing,
    );
  });

  it('tells of an event that stands twice', () => {
    const [event] = history(reserved()) as [StoredEvent];
    expect(repeatsIn([event])).toEqual([]);
    expect(repeatsIn([event, { ...event, position: 1n }])).toHaveLength(1);
  });
});

describe('bookings', () => {
  const shown: Shown = {
    id: 'b1',
    status: 'confirmed',
    serviceId: 'cut',
    resourceIds: ['aya'],
    start: slot.start,
    end: slot.end,
    partySize: 1,
  };
  const table = (...bookings: Shown[]) => new Map(bookings.map((booking) => [booking.id, booking]));

  it('are folded to what clients were told', () => {
    const { bookings } = replay(history(reserved(), booking('BookingRequested')));
    expect(differences(table(shown), bookings)).toEqual([]);
  });

  it('differ when one is lost, changed, or was never acknowledged', () => {
    const { bookings } = replay(history(reserved(), booking('BookingRequested'), booking('BookingCancelled')));
    expect(differences(table(shown), table())).toEqual(['b1 is missing']);
    expect(differences(table(), bookings)).toEqual(['b1 is not expected']);
    expect(differences(table(shown), bookings)).toEqual([expect.stringContaining('b1 is cancelled')]);
  });
});

describe('offers', () => {
  const cut = { id: 'cut', duration: 30 * 60_000, before: 0, after: 10 * 60_000, capacity: 1, requirements: [['aya']] };
  const at = (time: string) => Date.parse(`2027-04-01T${time}:00Z`);

  it('leave out what is held, with its buffer', () => {
    const { holds } = replay(history(reserved(), booking('BookingRequested')));
    const starts = [at('00:15'), at('00:30'), at('01:00'), at('01:30'), at('01:45')];
    expect(offersOf(cut, starts, holds)).toEqual([
      { start: at('00:15'), remaining: 1 },
      { start: at('01:45'), remaining: 1 },
    ]);
  });

  it('leave out what is blocked', () => {
    const block = { blockId: 'k1', resourceId: 'aya', start: slot.start, end: slot.end };
    const { holds } = replay(history(['calendar-aya', 'TimeBlocked', block]));
    const starts = [at('00:15'), at('00:30'), at('01:00'), at('01:30')];
    expect(offersOf(cut, starts, holds).map(({ start }) => start)).toEqual([at('00:15'), at('01:30')]);
  });

  it('count the places of the scarcest requirement', () => {
    const { holds } = replay(history(reserved(), booking('BookingRequested')));
    const both = { ...cut, requirements: [['aya', 'botan'], ['room']] };
    expect(offersOf(both, [at('01:00')], holds)).toEqual([{ start: at('01:00'), remaining: 1 }]);
    expect(offersOf({ ...both, requirements: [['aya'], ['room']] }, [at('01:00')], holds)).toEqual([]);
  });

  it('count the places that a session has left', () => {
    const { holds } = replay(history(reserved({ partySize: 3, capacity: 10 })));
    const session = { ...cut, capacity: 10 };
    expect(offersOf(session, [at('01:00'), at('01:15')], holds)).toEqual([{ start: at('01:00'), remaining: 7 }]);
  });
});
