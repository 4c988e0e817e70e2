import type { StoredEvent } from '@yoyaku/eventing';

/** What a client is shown of a booking, as far as events tell it. */
export interface Shown {
  readonly id: string;
  readonly status: string;
  readonly serviceId: string;
  /** In order of the ids. */
  readonly resourceIds: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly partySize: number;
}

/** A stretch of a resource's time that its calendar sets aside; moments in epoch ms. */
export interface Hold {
  readonly resourceId: string;
  readonly bookingId: string;
  readonly holdId: string;
  readonly serviceId: string;
  readonly start: number;
  readonly end: number;
  /** Buffers, ms. */
  readonly before: number;
  readonly after: number;
  readonly partySize: number;
}

interface Booking extends Shown {
  readonly holdId: string;
}

/** Where the events lead, and each moment on the way at which something was not as it must be. */
export interface Replayed {
  readonly bookings: ReadonlyMap<string, Shown>;
  readonly holds: readonly Hold[];
  /** Two holds of a resource that exclude each other stood at once. */
  readonly overlaps: readonly string[];
  /** An active booking's time did not stand in the calendar of one of its resources. */
  readonly unheld: readonly string[];
  /** Holds left at the end that no active booking owns. */
  readonly orphans: readonly string[];
}

const ACTIVE = new Set(['pending', 'confirmed', 'checked_in', 'completed', 'no_show']);
const MINUTE = 60_000;

export interface SlotData {
  readonly resourceId: string;
  readonly bookingId: string;
  readonly holdId: string;
  readonly serviceId: string;
  readonly start: string;
  readonly end: string;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly partySize: number;
  readonly capacity: number;
}

interface PlaceData {
  readonly bookingId: string;
  readonly holdId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly partySize: number;
  readonly status: string;
}

/** In which status these events leave a booking. The others leave it as it is. */
const STATUS_AFTER: Readonly<Record<string, string>> = {
  BookingConfirmed: 'confirmed',
  BookingDeclined: 'declined',
  BookingExpired: 'expired',
  BookingCancelled: 'cancelled',
  BookingCheckedIn: 'checked_in',
  BookingCompleted: 'completed',
  BookingMarkedNoShow: 'no_show',
};

/** Whether both cannot be held: as the domain has it, told again, and more simply, without its code. */
export function excludes(a: Hold, b: Hold): boolean {
  if (a.bookingId === b.bookingId || sameSession(a, b)) return false;
  const [first, second] = a.start <= b.start ? [a, b] : [b, a];
  return second.start < first.end + Math.max(first.after, second.before);
}

export const sameSession = (
  a: Pick<Hold, 'serviceId' | 'start' | 'end'>,
  b: Pick<Hold, 'serviceId' | 'start' | 'end'>,
): boolean => a.serviceId === b.serviceId && a.start === b.start && a.end === b.end;

/**
 * Goes through all events in their order, and looks at the whole after each of those that concern bookings. It folds
 * the events as they are stored; the product's own deciders and projections have no part in it.
 */
export function replay(events: readonly StoredEvent[]): Replayed {
  const bookings = new Map<string, Booking>();
  const calendars = new Map<string, Hold[]>();
  const overlaps: string[] = [];
  const unheld: string[] = [];

  const holdsOf = (resourceId: string): Hold[] => calendars.getOrInsertComputed(resourceId, () => []);
  const expectHeld = (booking: Booking, position: bigint): void => {
    if (!ACTIVE.has(booking.status)) return;
    for (const resourceId of booking.resourceIds) {
      const stands = holdsOf(resourceId).some(
        ({ bookingId, holdId, start, end }) =>
          bookingId === booking.id &&
          holdId === booking.holdId &&
          start === Date.parse(booking.start) &&
          end === Date.parse(booking.end),
      );
      if (!stands) unheld.push(`booking ${booking.id} (${booking.status}) on ${resourceId} at position ${position}`);
    }
  };
  const reserve = (data: SlotData, position: bigint): void => {
    const hold = holdOf(data);
    const others = holdsOf(hold.resourceId);
    const clash = others.find((other) => excludes(other, hold));
    if (clash) overlaps.push(`${hold.resourceId}: ${clash.bookingId} and ${hold.bookingId} at position ${position}`);
    const party = others
      .filter((other) => other.bookingId !== hold.bookingId && sameSession(other, hold))
      .reduce((sum, { partySize }) => sum + partySize, hold.partySize);
    if (party > data.capacity)
      overlaps.push(`${hold.resourceId}: ${party} of ${data.capacity} at position ${position}`);
    others.push(hold);
  };
  const release = ({ resourceId, bookingId, holdId }: SlotData, position: bigint): void => {
    const left = holdsOf(resourceId).filter((hold) => hold.bookingId !== bookingId || hold.holdId !== holdId);
    calendars.set(resourceId, left);
    const booking = bookings.get(bookingId);
    if (booking?.resourceIds.includes(resourceId)) expectHeld(booking, position);
  };
  const change = (type: string, data: PlaceData, position: bigint): void => {
    const before = type === 'BookingRequested' ? undefined : bookings.get(data.bookingId);
    const isPlaced = type === 'BookingRequested' || type === 'BookingRescheduled';
    if (type === 'BookingAbandoned' || (!before && !isPlaced)) return;
    const after = {
      ...before,
      ...(isPlaced && placeOf(data)),
      ...(type === 'BookingRequested' && {
        status: data.status,
        serviceId: data.serviceId,
        partySize: data.partySize,
      }),
      ...(type === 'BookingCancellationUndone' && { status: data.status, holdId: data.holdId }),
      ...(STATUS_AFTER[type] && { status: STATUS_AFTER[type] }),
    } as Booking;
    bookings.set(after.id, after);
    expectHeld(after, position);
  };

  for (const { stream, type, data, position } of events) {
    if (type === 'SlotReserved') reserve(data as unknown as SlotData, position);
    else if (type === 'SlotReleased') release(data as unknown as SlotData, position);
    else if (stream.startsWith('booking-')) change(type, data as unknown as PlaceData, position);
  }

  const holds = [...calendars.values()].flat();
  const orphans = holds
    .filter(({ bookingId, holdId, resourceId }) => {
      const booking = bookings.get(bookingId);
      const owns = booking?.holdId === holdId && booking.resourceIds.includes(resourceId);
      return !owns || !ACTIVE.has(booking.status);
    })
    .map(({ resourceId, bookingId, holdId }) => `hold ${holdId} of ${bookingId} on ${resourceId}`);
  const shown = new Map([...bookings].map(([id, { holdId: _, ...booking }]) => [id, booking]));
  return { bookings: shown, holds, overlaps, unheld, orphans };
}

/** The same event id twice, or an event out of order. */
export function repeatsIn(events: readonly StoredEvent[]): string[] {
  const ids = new Set<string>();
  let last = -1n;
  return events.flatMap(({ id, stream, type, position }) => {
    const findings: string[] = [];
    if (ids.has(id)) findings.push(`${type} ${id} of ${stream}`);
    if (position < last) findings.push(`${type} ${id} of ${stream} comes after position ${last}`);
    ids.add(id);
    last = position;
    return findings;
  });
}

const placeOf = ({ bookingId, holdId, resourceIds, start, end }: PlaceData) => ({
  id: bookingId,
  holdId,
  resourceIds: resourceIds.toSorted(),
  start,
  end,
});

export const holdOf = (slot: SlotData): Hold => ({
  resourceId: slot.resourceId,
  bookingId: slot.bookingId,
  holdId: slot.holdId,
  serviceId: slot.serviceId,
  start: Date.parse(slot.start),
  end: Date.parse(slot.end),
  before: slot.bufferBeforeMinutes * MINUTE,
  after: slot.bufferAfterMinutes * MINUTE,
  partySize: slot.partySize,
});

/** The fields that an answer or a list shows and events tell; throws when the body is no booking. */
export function shownOf(body: unknown): Shown {
  const { id, status, serviceId, resourceIds, start, end, partySize } = body as Shown;
  if (typeof id !== 'string' || !Array.isArray(resourceIds)) throw new Error(`no booking: ${JSON.stringify(body)}`);
  return { id, status, serviceId, resourceIds: resourceIds.toSorted(), start, end, partySize };
}

/** In what the found bookings differ from the expected ones: those that are missing, others, or too many. */
export function differences(expected: ReadonlyMap<string, Shown>, found: ReadonlyMap<string, Shown>): string[] {
  const missing = [...expected.keys()].filter((id) => !found.has(id)).map((id) => `${id} is missing`);
  const unknown = [...found.keys()].filter((id) => !expected.has(id)).map((id) => `${id} is not expected`);
  const others = [...expected].flatMap(([id, booking]) => {
    const other = found.get(id);
    if (!other || describe(other) === describe(booking)) return [];
    return `${id} is ${describe(other)} instead of ${describe(booking)}`;
  });
  return [...missing, ...unknown, ...others];
}

const describe = ({ status, serviceId, resourceIds, start, end, partySize }: Shown): string =>
  `${status} ${start}/${end} ${serviceId} for ${partySize} on ${resourceIds.join('+')}`;
