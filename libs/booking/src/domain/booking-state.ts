import { ensure, type Instant, MINUTE, type Money, type OfType, plusMs, type Uuid } from '@yoyaku/kernel';
import type { BookingEvent, BookingTerms, PendingFor, Place, Standing, Uncovering } from './booking.events';

export type BookingStatus = Standing | 'completed' | 'cancelled' | 'declined' | 'no_show' | 'expired';

/** Why a booking needs the attention of the business's people, since when, and by which event. */
export interface Attention extends Uncovering {
  readonly at: Instant;
  readonly change: Uuid;
}

export interface MadeBooking extends Omit<OfType<BookingEvent, 'BookingRequested'>['data'], 'status'> {
  readonly status: BookingStatus;
  /** When its start was agreed on: at its request, or at the last move to another start. */
  readonly startAgreedAt: Instant;
  /** The status that an undone cancellation restores. */
  readonly standing: Standing;
  /** Holds that the booking gave up or never used. It can use none of them again. */
  readonly renounced: readonly Uuid[];
  /** How many of its last events changed nothing that its customer sees. */
  readonly unseen: number;
  /** Why it was declined or cancelled; null once the person is erased. */
  readonly reason: string | null;
  /** What cancelling or not coming costs. */
  readonly fee: Money | null;
  /** When it was first said to be completed or missed; null before that. */
  readonly outcomeAt: Instant | null;
  readonly attention: readonly Attention[];
  /** With what the business's people keep it all the same. */
  readonly kept: readonly Uncovering[];
}

export type BookingState = { status: 'none' } | { status: 'abandoned'; businessId: Uuid } | MadeBooking;

const KEEPS_ITS_SLOT: readonly BookingStatus[] = ['pending', 'confirmed', 'checked_in', 'completed', 'no_show'];

export const isMade = (state: BookingState): state is MadeBooking =>
  state.status !== 'none' && state.status !== 'abandoned';

/** The booking, if there is one. Throws `booking.not_found`. */
export function made(state: BookingState): MadeBooking {
  ensure(isMade(state), 'booking.not_found');
  return state;
}

/** Whether its time is kept for it. */
export const keepsItsSlot = (state: BookingState): boolean => isMade(state) && KEEPS_ITS_SLOT.includes(state.status);

/** Whether this hold on that resource's calendar is the one that keeps the booking's slot. */
export const ownsHold = (state: BookingState, resourceId: Uuid, holdId: Uuid): boolean =>
  isMade(state) &&
  KEEPS_ITS_SLOT.includes(state.status) &&
  state.holdId === holdId &&
  state.resourceIds.includes(resourceId);

const STANDING: readonly BookingStatus[] = ['pending', 'confirmed', 'checked_in'];

/** Whether it is neither over nor given up. */
export const isStanding = ({ status }: Pick<MadeBooking, 'status'>): boolean => STANDING.includes(status);

export const isSamePlace = (a: Place, b: Place): boolean =>
  a.locationId === b.locationId &&
  a.start === b.start &&
  a.end === b.end &&
  String(a.resourceIds.toSorted()) === String(b.resourceIds.toSorted());

/** The earlier of two moments. */
export const earlier = (a: Instant, b: Instant): Instant => (Date.parse(a) < Date.parse(b) ? a : b);

/** When a booking expires that now begins to wait for this: nobody approves what has begun. */
export function expiryOf(
  { pendingExpiryMinutes, holdMinutes }: Pick<BookingTerms, 'pendingExpiryMinutes' | 'holdMinutes'>,
  pendingFor: readonly PendingFor[],
  start: Instant,
  at: Instant,
): Instant {
  const minutes = pendingFor.includes('deposit') ? holdMinutes : pendingExpiryMinutes;
  return earlier(plusMs(at, minutes * MINUTE), start);
}
