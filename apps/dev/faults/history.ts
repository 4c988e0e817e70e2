import { Booking as BookingAggregate, type BookingState } from '@yoyaku/booking';
import type { BookingEvent } from '@yoyaku/booking/events';
import type { StoredEvent } from '@yoyaku/eventing';
import { evolve, type Occurred } from '@yoyaku/kernel';
import { Course } from './course';
import { blockOf, excludes, type Hold, holdOf, isBlock, type SlotData, sameSession } from './holds';
import { type Shown, shownOf } from './shown';

interface Booking extends Shown {
  readonly holdId: string;
  /** As the decider has it. */
  readonly state: BookingState;
}

/** Where the events lead, and each moment on the way at which something was not as it must be. */
export interface Replayed {
  readonly bookings: ReadonlyMap<string, Shown>;
  /** How each of them was, from its first moment on. */
  readonly courses: ReadonlyMap<string, Course<Shown | undefined>>;
  /** Blocks are among them. */
  readonly holds: readonly Hold[];
  /** Two holds of a resource that exclude each other stood at once. */
  readonly overlaps: readonly string[];
  /** An active booking's time did not stand in the calendar of one of its resources. */
  readonly unheld: readonly string[];
  /** Holds left at the end that no active booking owns. */
  readonly orphans: readonly string[];
}

const ACTIVE = new Set(['pending', 'confirmed', 'checked_in', 'completed', 'no_show']);

interface PlaceData {
  readonly bookingId: string;
  readonly holdId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly partySize: number;
}

/**
 * Goes through all events in their order, and looks at the whole after each of those that concern bookings. It folds
 * the events as they are stored. In which status one leaves a booking is the decider's word; places, times and holds are
 * found out here, and the product's projections have no part in it.
 */
export function replay(events: readonly StoredEvent[]): Replayed {
  const bookings = new Map<string, Booking>();
  const courses = new Map<string, Course<Shown | undefined>>();
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
  const put = (hold: Hold, position: bigint): readonly Hold[] => {
    const others = holdsOf(hold.resourceId);
    const clash = others.find((other) => excludes(other, hold));
    if (clash) overlaps.push(`${hold.resourceId}: ${clash.bookingId} and ${hold.bookingId} at position ${position}`);
    calendars.set(hold.resourceId, [...others, hold]);
    return others;
  };
  /** A block may lie over what is booked already. */
  const block = (hold: Hold): void => {
    calendars.set(hold.resourceId, [...holdsOf(hold.resourceId), hold]);
  };
  const reserve = (data: SlotData, position: bigint): void => {
    const hold = holdOf(data);
    const others = put(hold, position);
    const party = others
      .filter((other) => other.bookingId !== hold.bookingId && sameSession(other, hold))
      .reduce((sum, { partySize }) => sum + partySize, hold.partySize);
    if (party > data.capacity)
      overlaps.push(`${hold.resourceId}: ${party} of ${data.capacity} at position ${position}`);
  };
  const take = ({ resourceId, bookingId, holdId }: Pick<Hold, 'resourceId' | 'bookingId' | 'holdId'>): void => {
    const left = holdsOf(resourceId).filter((hold) => hold.bookingId !== bookingId || hold.holdId !== holdId);
    calendars.set(resourceId, left);
  };
  const release = (data: SlotData, position: bigint): void => {
    take(data);
    const { resourceId, bookingId } = data;
    const booking = bookings.get(bookingId);
    if (booking?.resourceIds.includes(resourceId)) expectHeld(booking, position);
  };
  const change = (event: Occurred<BookingEvent>, position: bigint): void => {
    const { type } = event;
    const data = event.data as unknown as PlaceData;
    const before = type === 'BookingRequested' ? undefined : bookings.get(data.bookingId);
    const isPlaced = type === 'BookingRequested' || type === 'BookingRescheduled';
    if (type === 'BookingAbandoned' || (!before && !isPlaced)) return;
    const { decider } = BookingAggregate;
    const state = evolve(decider, before?.state ?? decider.initial, event);
    const after = {
      ...before,
      ...(isPlaced && placeOf(data)),
      ...(type === 'BookingRequested' && { serviceId: data.serviceId, partySize: data.partySize }),
      ...(type === 'BookingCancellationUndone' && { holdId: data.holdId }),
      state,
      status: state.status,
    } as Booking;
    bookings.set(after.id, after);
    courses.getOrInsertComputed(after.id, () => new Course<Shown | undefined>(undefined)).add(position, shownOf(after));
    expectHeld(after, position);
  };

  for (const { stream, type, data, metadata, position } of events) {
    if (type === 'SlotReserved') reserve(data as unknown as SlotData, position);
    else if (type === 'SlotReleased') release(data as unknown as SlotData, position);
    else if (type === 'TimeBlocked') block(blockOf(data));
    else if (type === 'TimeUnblocked') take(blockOf(data));
    else if (stream.startsWith('booking-')) {
      change({ type, data, at: metadata.occurredAt } as unknown as Occurred<BookingEvent>, position);
    }
  }

  const holds = [...calendars.values()].flat();
  const orphans = holds
    .filter((hold) => !isBlock(hold))
    .filter(({ bookingId, holdId, resourceId }) => {
      const booking = bookings.get(bookingId);
      const owns = booking?.holdId === holdId && booking.resourceIds.includes(resourceId);
      return !owns || !ACTIVE.has(booking.status);
    })
    .map(({ resourceId, bookingId, holdId }) => `hold ${holdId} of ${bookingId} on ${resourceId}`);
  const shown = new Map([...bookings].map(([id, booking]) => [id, shownOf(booking)]));
  return { bookings: shown, courses, holds, overlaps, unheld, orphans };
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
