import type { Instant } from '@yoyaku/kernel';
import type { BookingFacts, BookingKind, Notice, SeriesKind } from './notice';

/** Whether a message would come too late to be of use: nobody is reminded of what has begun. */
export function isTooLate({ kind, facts }: Notice, now: Instant): boolean {
  if (kind === 'booking_reminder') return Date.parse(facts.start) <= Date.parse(now);
  if (kind === 'trial_ending') return Date.parse(facts.endsAt) <= Date.parse(now);
  return kind === 'waitlist_offer' && Date.parse(facts.heldUntil) <= Date.parse(now);
}

/** As much of a booking as tells whether a message about it is still true. */
export interface BookingStands {
  readonly status: string;
  readonly start: Instant;
  readonly sequence: number;
}

const BOOKED = ['confirmed', 'checked_in'];

/** The statuses of a booking of which a kind is true. */
const TRUE_OF: Readonly<Record<BookingKind | SeriesKind, readonly string[]>> = {
  booking_requested: ['pending'],
  booking_confirmed: BOOKED,
  booking_changed: BOOKED,
  booking_cancelled: ['cancelled'],
  booking_declined: ['declined'],
  booking_expired: ['expired'],
  booking_reminder: ['confirmed'],
  booking_received: BOOKED,
  booking_to_approve: ['pending'],
  booking_moved: BOOKED,
  booking_withdrawn: ['cancelled'],
  series_requested: ['pending'],
  series_booked: BOOKED,
  series_changed: BOOKED,
  series_cancelled: ['cancelled'],
  series_received: BOOKED,
  series_to_approve: ['pending'],
  series_moved: BOOKED,
  series_withdrawn: ['cancelled'],
};

/** Whether what a message tells of a series still holds of this booking of it. */
export const isTrueOfSeries = (kind: SeriesKind, { status }: Pick<BookingStands, 'status'>): boolean =>
  TRUE_OF[kind].includes(status);

/** Whether what a message tells of a booking still holds. A reminder does for the start that it names. */
export function isTrue(
  kind: BookingKind,
  told: Pick<BookingFacts, 'start' | 'sequence'>,
  { status, start, sequence }: BookingStands,
): boolean {
  const isSame = kind === 'booking_reminder' ? told.start === start : told.sequence === sequence;
  return isSame && TRUE_OF[kind].includes(status);
}
