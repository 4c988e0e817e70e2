import type { StoredEvent } from '@yoyaku/eventing';
import type { Decided, Request, Unsure } from './client';
import { judgeEffects, lostPast, lostPositions } from './effects';

const START = '2027-04-01T01:00:00.000Z';
const LATER = '2027-04-01T02:00:00.000Z';
const times = { sentAt: 0, endedAt: 1 };

const book: Request = { method: 'POST', path: '/bookings', body: { serviceId: 'cut', start: START, partySize: 1 } };
const move: Request = { method: 'POST', path: '/bookings/b1/reschedule', body: { start: LATER } };
const cancel: Request = { method: 'DELETE', path: '/bookings/b1/cancel', body: {} };
const add: Request = { method: 'POST', path: '/customers', body: { name: 'Somebody' } };
const change: Request = { method: 'PUT', path: '/customers/c1', body: { status: 'inactive' } };

/** A command that was told to be done, with the event at that position as its last one. */
const told = (command: Request, id: string, position: number): Decided => ({
  ...times,
  command,
  answer: {
    status: 200,
    body: JSON.stringify({ id }),
    headers: new Headers({ 'x-event-position': `${position}` }),
  },
});
const refused = (command: Request): Decided => ({
  ...times,
  command,
  answer: { status: 409, body: '{"code":"booking.slot_taken"}', headers: new Headers() },
});
const unheard = (command: Request): Unsure => ({ ...times, command });

const MADE = ['BookingRequested', { bookingId: 'b1', serviceId: 'cut', start: START, partySize: 1 }] as const;
const MOVED = ['BookingRescheduled', { bookingId: 'b1', start: LATER }] as const;
const CANCELLED = ['BookingCancelled', { bookingId: 'b1' }] as const;
const ADDED = ['CustomerCreated', { customerId: 'c1', userId: null }] as const;
const CHANGED = ['CustomerStatusChanged', { customerId: 'c1', status: 'inactive' }] as const;

type Entry = readonly [type: string, data: object];

const history = (...entries: readonly Entry[]): StoredEvent[] =>
  entries.map(([type, data], position) => ({
    id: `00000000-0000-4000-8000-00000000000${position}`,
    stream: 'a stream',
    type,
    data: { ...data },
    revision: 0,
    position: BigInt(position),
    metadata: { hash: `${position}` } as StoredEvent['metadata'],
  }));

describe('what commands have done', () => {
  const decided = [
    told(book, 'b1', 0),
    told(move, 'b1', 1),
    told(cancel, 'b1', 2),
    told(add, 'c1', 3),
    told(change, 'c1', 4),
  ];
  const all = [MADE, MOVED, CANCELLED, ADDED, CHANGED];

  it('is right when each that was told is there once, and none that was refused', () => {
    expect(judgeEffects([...decided, refused(book)], [], history(...all)).findings).toEqual([]);
    expect(lostPositions(decided, history(...all))).toEqual([]);
  });

  it.each<[string, readonly Entry[]]>([
    ['lost at the end', all.slice(0, -1)],
    ['lost in the middle', [MADE, CANCELLED, ADDED, CHANGED]],
    ['done twice', [...all, CHANGED]],
    ['made twice', [MADE, ...all]],
    ['done in another order', [MADE, CANCELLED, MOVED, ADDED, CHANGED]],
    [
      'done to another time',
      [MADE, ['BookingRescheduled', { bookingId: 'b1', start: START }], CANCELLED, ADDED, CHANGED],
    ],
  ])('tells of a command that was %s', (_, entries) => {
    expect(judgeEffects(decided, [], history(...entries)).findings).toHaveLength(1);
  });

  it('tells of a command that was done though it was refused, or never asked for', () => {
    expect(judgeEffects([refused(book)], [], history(MADE)).findings).toHaveLength(1);
    expect(judgeEffects([told(book, 'b1', 0), refused(cancel)], [], history(MADE, CANCELLED)).findings).toHaveLength(1);
    expect(judgeEffects([], [], history(ADDED)).findings).toHaveLength(1);
  });

  it('lets one without an answer be done or not, and never twice', () => {
    const first = [told(book, 'b1', 0)];
    const judged = (...entries: readonly Entry[]) => judgeEffects(first, [unheard(cancel)], history(...entries));
    expect(judged(MADE)).toMatchObject({ findings: [], doneUnheard: 0, uncertain: new Set(['b1']) });
    expect(judged(MADE, CANCELLED)).toMatchObject({ findings: [], doneUnheard: 1 });
    expect(judged(MADE, CANCELLED, CANCELLED).findings).toHaveLength(1);
  });

  it('takes one who was made without an answer for what was asked for, once', () => {
    const second = ['BookingRequested', { ...MADE[1], bookingId: 'b2' }] as const;
    const judged = (asked: number, ...entries: readonly Entry[]) =>
      judgeEffects(
        [],
        Array.from({ length: asked }, () => unheard(book)),
        history(...entries),
      );
    expect(judged(1, MADE)).toMatchObject({ findings: [], doneUnheard: 1, uncertain: new Set(['b1']) });
    expect(judged(2, MADE, second).findings).toEqual([]);
    expect(judged(1, MADE, second).findings).toHaveLength(1);
  });

  it('tells of an answer whose position is before what was done, or that of no event', () => {
    const entries = history(ADDED, MADE, MOVED, CANCELLED);
    expect(lostPositions([told(book, 'b1', 3)], entries)).toEqual([]);
    expect(lostPositions([told(book, 'b1', 0)], entries)).toHaveLength(1);
    expect(lostPositions([told(book, 'b1', 7)], entries)).toHaveLength(1);
  });
});

describe('the past', () => {
  const past = history(MADE, MOVED, CANCELLED);

  it('may go on', () => {
    expect(lostPast(past, history(MADE, MOVED, CANCELLED, ADDED))).toEqual([]);
  });

  it('is missed where it ends earlier, or an event in it is another one', () => {
    expect(lostPast(past, past.slice(0, -1))).toHaveLength(1);
    const altered = past.map((event, i) =>
      i === 1 ? { ...event, metadata: { ...event.metadata, hash: 'x' } } : event,
    );
    expect(lostPast(past, altered)).toHaveLength(1);
  });
});
