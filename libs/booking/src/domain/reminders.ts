import { HOUR, type Instant, isAfter, plusMs } from '@yoyaku/kernel';
import type { BookingState, MadeBooking } from './booking-state';

/** One of the reminders of a booking: for this start, so many hours before it. */
export interface Reminder {
  readonly start: Instant;
  readonly hours: number;
}

export const dueAt = ({ start, hours }: Reminder): Instant => plusMs(start, -hours * HOUR);

/** Whether the booking is one of which its customer is reminded. */
export const isReminded = (state: BookingState): state is MadeBooking => state.status === 'confirmed';

/**
 * The reminders that lie ahead of a booking that was agreed on at that moment. One whose time had passed by then is never
 * sent: who books 90 minutes ahead is not reminded of it.
 */
export const remindersOf = (
  { start }: Pick<MadeBooking, 'start'>,
  hours: readonly number[],
  agreedAt: Instant,
): Reminder[] => hours.map((each) => ({ start, hours: each })).filter((reminder) => isAfter(dueAt(reminder), agreedAt));

/**
 * Whether a planned reminder is to be sent now: its booking stands and has not been moved, its business still wants it,
 * and the next one is not due yet, in case the system was late.
 */
export function isToBeSent(state: BookingState, { start, hours }: Reminder, wanted: readonly number[], now: Instant) {
  if (!isReminded(state) || state.start !== start || !isAfter(start, now) || !wanted.includes(hours)) return false;
  return !wanted.some((each) => each < hours && !isAfter(dueAt({ start, hours: each }), now));
}
