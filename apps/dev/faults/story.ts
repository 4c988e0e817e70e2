import { chain, type StoredEvent } from '@yoyaku/eventing';
import { instant, uuid } from '@yoyaku/kernel';
import type { Answer, Decided, Reading, Request, Unsure } from './client';
import type { OfferedService } from './offers';
import type { Shown } from './shown';

/** For specs of the judge: a little past that somebody could have been told of. */
export const BUSINESS = '00000000-0000-4000-8000-00000000b000';
const MINUTE = 60_000;

/** An id by its number: the judge tells ids from words in paths by their form. */
export const id = (number: number): string => `00000000-0000-4000-8000-${`${number}`.padStart(12, '0')}`;

export const [AYA, BOTAN, ROOM] = [id(901), id(902), id(903)];
const CUT = id(910);
export const [NINE, TEN, ELEVEN] = [9, 10, 11].map((hour) => `2027-04-01T${`${hour}`.padStart(2, '0')}:00:00.000Z`) as [
  string,
  string,
  string,
];

export const cut: OfferedService = {
  id: CUT,
  duration: 30 * MINUTE,
  before: 0,
  after: 10 * MINUTE,
  capacity: 1,
  requirements: [[AYA]],
};

const endOf = (start: string): string => new Date(Date.parse(start) + cut.duration).toISOString();

/** Type, stream, and what it says. */
export type Entry = readonly [type: string, stream: string, data: object];

/** In the order of the store: the first one at position 1. */
export function stored(entries: readonly Entry[]): StoredEvent[] {
  const heads = new Map<string, StoredEvent>();
  return entries.map(([type, stream, data], i) => {
    const last = heads.get(stream);
    const metadata = {
      tenantId: BUSINESS,
      actor: { id: null, role: 'system' },
      correlationId: 'c',
      causationId: 'c',
      commandId: uuid(id(i)),
      occurredAt: instant('2027-03-01T00:00:00Z'),
      schemaVersion: 1,
      prevHash: last?.metadata.hash ?? null,
    } as const;
    const event = { id: uuid(id(i)), type, data: { ...data }, metadata };
    const revision = (last?.revision ?? -1) + 1;
    const whole = { ...chain(stream, event), stream, revision, position: BigInt(i + 1) };
    heads.set(stream, whole);
    return whole;
  });
}

const slot = (bookingId: string, start: string, hold: number, resourceId: string) => ({
  resourceId,
  bookingId,
  holdId: id(hold),
  serviceId: CUT,
  start,
  end: endOf(start),
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 10,
  partySize: 1,
  capacity: 1,
});
export const reserved = (bookingId: string, start: string, hold: number, resourceId: string = AYA): Entry => [
  'SlotReserved',
  `calendar-${resourceId}`,
  slot(bookingId, start, hold, resourceId),
];
export const released = (bookingId: string, start: string, hold: number, resourceId: string = AYA): Entry => [
  'SlotReleased',
  `calendar-${resourceId}`,
  slot(bookingId, start, hold, resourceId),
];
const place = (bookingId: string, start: string, hold: number, resourceIds: readonly string[]) => ({
  bookingId,
  holdId: id(hold),
  resourceIds,
  start,
  end: endOf(start),
});
export const requested = (bookingId: string, start: string, hold: number, resourceIds = [AYA]): Entry => [
  'BookingRequested',
  `booking-${bookingId}`,
  { ...place(bookingId, start, hold, resourceIds), serviceId: CUT, partySize: 1, status: 'confirmed' },
];
export const rescheduled = (bookingId: string, start: string, hold: number): Entry => [
  'BookingRescheduled',
  `booking-${bookingId}`,
  { ...place(bookingId, start, hold, [AYA]), previous: { holdId: id(0) } },
];
export const cancelled = (bookingId: string): Entry => ['BookingCancelled', `booking-${bookingId}`, { bookingId }];
export const added = (customerId: string): Entry => [
  'CustomerCreated',
  `customer-${customerId}`,
  { customerId, userId: null, status: 'customer' },
];
export const became = (customerId: string, status: string): Entry => [
  'CustomerStatusChanged',
  `customer-${customerId}`,
  { customerId, status },
];
export const blocked = (blockId: string, start: string, resourceId: string = AYA): Entry => [
  'TimeBlocked',
  `calendar-${resourceId}`,
  { blockId, resourceId, start, end: endOf(start) },
];
export const unblocked = (blockId: string, start: string, resourceId: string = AYA): Entry => [
  'TimeUnblocked',
  `calendar-${resourceId}`,
  { blockId, resourceId, start, end: endOf(start) },
];

export const book = (start: string): Request => ({
  method: 'POST',
  path: '/bookings',
  body: { serviceId: CUT, start, partySize: 1 },
});
export const move = (bookingId: string, start: string): Request => ({
  method: 'POST',
  path: `/bookings/${bookingId}/reschedule`,
  body: { start },
});
export const cancel = (bookingId: string): Request => ({
  method: 'DELETE',
  path: `/bookings/${bookingId}/cancel`,
  body: {},
});
export const add: Request = { method: 'POST', path: '/customers', body: { name: 'Somebody' } };
export const change = (customerId: string, status: string): Request => ({
  method: 'PUT',
  path: `/customers/${customerId}`,
  body: { status },
});
export const block = (start: string, resourceId: string = AYA): Request => ({
  method: 'POST',
  path: `/resources/${resourceId}/blocks`,
  body: { start, end: endOf(start) },
});
export const unblock = (blockId: string, resourceId: string = AYA): Request => ({
  method: 'DELETE',
  path: `/resources/${resourceId}/blocks/${blockId}`,
});

export const shownAs = (bookingId: string, start: string, status = 'confirmed'): Shown => ({
  id: bookingId,
  status,
  serviceId: CUT,
  resourceIds: [AYA],
  start,
  end: endOf(start),
  partySize: 1,
});

const answer = (status: number, body: object | null, position?: number): Answer => ({
  status,
  body: body ? JSON.stringify(body) : '',
  headers: new Headers(position === undefined ? {} : { 'x-event-position': `${position}` }),
});

/** Asked at that moment, answered one moment later: all is done up to that position. */
export const told = (command: Request, at: number, position: number, body: object | null): Decided => ({
  command,
  answer: answer(command.method === 'POST' && !/bookings\/./.test(command.path) ? 201 : 200, body, position),
  sentAt: at,
  endedAt: at + 1,
});
export const refused = (command: Request, at: number, code = 'booking.slot_taken'): Decided => ({
  command,
  answer: answer(409, { code }),
  sentAt: at,
  endedAt: at + 1,
});
export const unheard = (command: Request, at: number): Unsure => ({ command, sentAt: at, endedAt: at + 1 });
export const read = (booking: Shown, at: number, minPosition: number): Reading => ({
  bookingId: booking.id,
  minPosition: BigInt(minPosition),
  answer: answer(200, booking),
  sentAt: at,
  endedAt: at + 1,
});
