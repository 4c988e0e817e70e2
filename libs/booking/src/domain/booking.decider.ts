import {
  type Aggregate,
  type Decider,
  ensure,
  epochMs,
  type Fee,
  fromEpochMs,
  HOUR,
  type Instant,
  type Message,
  type Money,
  type OfType,
  PLATFORM,
  percent,
  type Uuid,
} from '@yoyaku/kernel';
import { BOOKING, type BookingEvent, bookingEvents, type Place } from './booking.events';

export type BookingStatus =
  | 'pending'
  | 'confirmed'
  | 'checked_in'
  | 'completed'
  | 'cancelled'
  | 'declined'
  | 'no_show'
  | 'expired';

export type Party = 'customer' | 'business';

export type BookingCommand =
  | Message<'RequestBooking', OfType<BookingEvent, 'BookingRequested'>['data']>
  | Message<'ConfirmBooking'>
  | Message<'DeclineBooking', { reason: string | null }>
  | Message<'ExpireBooking'>
  /** `from`: the hold that the booking had when somebody wanted to move it. */
  | Message<'RescheduleBooking', Place & { by: Party; from: Uuid }>
  | Message<'CancelBooking', { by: Party; reason: string | null }>
  | Message<'UndoCancellation', { holdId: Uuid }>
  /** What is absent stays as it is. */
  | Message<'ChangeBookingDetails', { note?: string | null | undefined }>
  | Message<'CheckIn'>
  | Message<'CompleteBooking'>
  | Message<'MarkNoShow'>
  /** Makes sure that the booking will never use this hold, unless it already does. */
  | Message<'RenounceHold', { bookingId: Uuid; businessId: Uuid; holdId: Uuid }>;

export interface MadeBooking extends Omit<OfType<BookingEvent, 'BookingRequested'>['data'], 'status'> {
  readonly status: BookingStatus;
  /** The status that an undone cancellation restores. */
  readonly standing: 'pending' | 'confirmed';
  /** Holds that the booking gave up or never used. It can use none of them again. */
  readonly renounced: readonly Uuid[];
  /** Why it was declined or cancelled; null once the person is erased. */
  readonly reason: string | null;
  /** What cancelling or not coming costs. */
  readonly fee: Money | null;
}

export type BookingState = { status: 'none' } | { status: 'abandoned'; businessId: Uuid } | MadeBooking;

/** The statuses in which a command is accepted. In others it is refused with `booking.invalid_transition`. */
const ACCEPTED_IN = {
  ConfirmBooking: ['pending'],
  DeclineBooking: ['pending'],
  ExpireBooking: ['pending'],
  RescheduleBooking: ['pending', 'confirmed'],
  CancelBooking: ['pending', 'confirmed'],
  UndoCancellation: ['cancelled'],
  ChangeBookingDetails: ['pending', 'confirmed', 'checked_in'],
  CheckIn: ['confirmed'],
  CompleteBooking: ['confirmed', 'checked_in'],
  MarkNoShow: ['confirmed'],
} as const satisfies Partial<Record<BookingCommand['type'], readonly BookingStatus[]>>;

const KEEPS_ITS_SLOT: readonly BookingStatus[] = ['pending', 'confirmed', 'checked_in', 'completed', 'no_show'];

export const isMade = (state: BookingState): state is MadeBooking =>
  state.status !== 'none' && state.status !== 'abandoned';

/** Whether this hold on that resource's calendar is the one that keeps the booking's slot. */
export const ownsHold = (state: BookingState, resourceId: Uuid, holdId: Uuid): boolean =>
  isMade(state) &&
  KEEPS_ITS_SLOT.includes(state.status) &&
  state.holdId === holdId &&
  state.resourceIds.includes(resourceId);

/** The booking, if there is one. Throws `booking.not_found`. */
export function made(state: BookingState): MadeBooking {
  ensure(isMade(state), 'booking.not_found');
  return state;
}

/** The booking, if it accepts this command now. Throws `booking.not_found` or `booking.invalid_transition`. */
function accepting(command: keyof typeof ACCEPTED_IN, state: BookingState): MadeBooking {
  const booking = made(state);
  const statuses: readonly BookingStatus[] = ACCEPTED_IN[command];
  ensure(statuses.includes(booking.status), 'booking.invalid_transition', { currentStatus: booking.status, command });
  return booking;
}

const subject = ({ bookingId, businessId, customerId }: MadeBooking) => ({ bookingId, businessId, customerId });
const place = ({ holdId, resourceIds, start, end }: Place): Place => ({ holdId, resourceIds, start, end });

/** Until when its customer may move or cancel it without a fee. */
const freeUntil = ({ terms, start }: MadeBooking): Instant =>
  fromEpochMs(epochMs(start) - (terms?.freeUntilHours ?? 0) * HOUR);

const isLate = (booking: MadeBooking, at: Instant): boolean =>
  booking.terms !== null && epochMs(at) > epochMs(freeUntil(booking));

const charge = (fee: Fee | null | undefined, price: Money): Money | null =>
  fee ? ('percent' in fee ? percent(price, fee.percent) : fee.amount) : null;

const lateFee = (booking: MadeBooking, at: Instant): Money | null =>
  isLate(booking, at) ? charge(booking.terms?.lateFee, booking.price) : null;

function ensureNotStarted({ start }: MadeBooking, at: Instant): void {
  ensure(epochMs(start) > epochMs(at), 'booking.already_started', { start });
}

/** Throws `booking.invalid_transition`, `booking.already_started`, or, for a customer, `booking.too_late_to_change`. */
export function ensureReschedulable(booking: MadeBooking, by: Party, at: Instant): void {
  accepting('RescheduleBooking', booking);
  ensureNotStarted(booking, at);
  ensure(by === 'business' || !isLate(booking, at), 'booking.too_late_to_change', { latest: freeUntil(booking) });
}

/** Throws `booking.invalid_transition`, `booking.already_started`. */
export function ensureUndoable(booking: MadeBooking, at: Instant): void {
  accepting('UndoCancellation', booking);
  ensureNotStarted(booking, at);
}

const decider: Decider<BookingState, BookingCommand, BookingEvent> = {
  initial: { status: 'none' },
  decide: {
    RequestBooking: ({ data }, state) => {
      if (state.status === 'none') return [{ type: 'BookingRequested', data }];
      ensure(state.status !== 'abandoned', 'booking.abandoned', { bookingId: data.bookingId });
      ensure(isRequestedBy(data, state), 'booking.id_taken', { bookingId: data.bookingId });
      return [];
    },
    ConfirmBooking: (_, state) => {
      if (state.status === 'confirmed') return [];
      return [{ type: 'BookingConfirmed', data: subject(accepting('ConfirmBooking', state)) }];
    },
    DeclineBooking: ({ data: { reason } }, state) => {
      if (state.status === 'declined') return [];
      const booking = accepting('DeclineBooking', state);
      return [{ type: 'BookingDeclined', data: { ...subject(booking), ...place(booking), reason } }];
    },
    ExpireBooking: ({ at }, state) => {
      if (state.status === 'expired') return [];
      const booking = accepting('ExpireBooking', state);
      const due = booking.expiresAt !== null && epochMs(booking.expiresAt) <= epochMs(at);
      ensure(due, 'booking.not_due', { expiresAt: booking.expiresAt });
      return [{ type: 'BookingExpired', data: { ...subject(booking), ...place(booking) } }];
    },
    RescheduleBooking: ({ data: { by, from, ...to }, at }, state) => {
      const booking = accepting('RescheduleBooking', state);
      if (booking.holdId === to.holdId || isSamePlace(booking, to)) return [];
      ensure(booking.holdId === from, 'booking.changed_meanwhile', { start: booking.start });
      ensureReschedulable(booking, by, at);
      ensure(!booking.renounced.includes(to.holdId), 'booking.abandoned', { bookingId: booking.bookingId });
      return [{ type: 'BookingRescheduled', data: { ...subject(booking), ...place(to), previous: place(booking) } }];
    },
    CancelBooking: ({ data: { by, reason }, at }, state) => {
      if (state.status === 'cancelled') return [];
      const booking = accepting('CancelBooking', state);
      const fee = by === 'customer' ? lateFee(booking, at) : null;
      return [{ type: 'BookingCancelled', data: { ...subject(booking), ...place(booking), by, reason, fee } }];
    },
    UndoCancellation: ({ data: { holdId }, at }, state) => {
      if (isMade(state) && state.holdId === holdId) return [];
      const booking = accepting('UndoCancellation', state);
      ensureUndoable(booking, at);
      ensure(!booking.renounced.includes(holdId), 'booking.abandoned', { bookingId: booking.bookingId });
      const data = { ...subject(booking), ...place(booking), holdId, status: booking.standing };
      return [{ type: 'BookingCancellationUndone', data }];
    },
    ChangeBookingDetails: ({ data }, state) => {
      const booking = accepting('ChangeBookingDetails', state);
      const { note = booking.note } = data;
      return booking.note === note ? [] : [{ type: 'BookingDetailsChanged', data: { ...subject(booking), note } }];
    },
    CheckIn: (_, state) => {
      if (state.status === 'checked_in') return [];
      return [{ type: 'BookingCheckedIn', data: subject(accepting('CheckIn', state)) }];
    },
    CompleteBooking: (_, state) => {
      if (state.status === 'completed') return [];
      const booking = accepting('CompleteBooking', state);
      const { serviceId, start, price } = booking;
      return [{ type: 'BookingCompleted', data: { ...subject(booking), serviceId, start, price } }];
    },
    MarkNoShow: (_, state) => {
      if (state.status === 'no_show') return [];
      const booking = accepting('MarkNoShow', state);
      const fee = charge(booking.terms?.noShowFee, booking.price);
      return [{ type: 'BookingMarkedNoShow', data: { ...subject(booking), start: booking.start, fee } }];
    },
    RenounceHold: ({ data }, state) => {
      if (state.status === 'none') return [{ type: 'BookingAbandoned', data }];
      if (!isMade(state) || state.holdId === data.holdId || state.renounced.includes(data.holdId)) return [];
      return [{ type: 'BookingHoldForfeited', data: { ...subject(state), holdId: data.holdId } }];
    },
  },
  evolve: {
    BookingRequested: (_, { data }) => ({ ...data, standing: data.status, renounced: [], reason: null, fee: null }),
    BookingConfirmed: (state) => change(state, { status: 'confirmed', standing: 'confirmed', expiresAt: null }),
    BookingDeclined: (state, { data: { reason } }) => giveUp(state, { status: 'declined', reason }),
    BookingExpired: (state) => giveUp(state, { status: 'expired' }),
    BookingRescheduled: (state, { data: { previous, ...data } }) => ({
      ...renounce(state, previous.holdId),
      ...place(data),
    }),
    BookingCancelled: (state, { data: { reason, fee } }) => giveUp(state, { status: 'cancelled', reason, fee }),
    BookingCancellationUndone: (state, { data: { status, holdId } }) =>
      change(state, { status, holdId, reason: null, fee: null }),
    BookingDetailsChanged: (state, { data: { note } }) => change(state, { note }),
    BookingCheckedIn: (state) => change(state, { status: 'checked_in' }),
    BookingCompleted: (state) => change(state, { status: 'completed' }),
    BookingMarkedNoShow: (state, { data: { fee } }) => change(state, { status: 'no_show', fee }),
    BookingAbandoned: (_, { data: { businessId } }) => ({ status: 'abandoned', businessId }),
    BookingHoldForfeited: (state, { data: { holdId } }) => renounce(state, holdId),
  },
};

const isRequestedBy = ({ holdId }: { holdId: Uuid }, state: MadeBooking): boolean =>
  state.holdId === holdId || state.renounced.includes(holdId);

const isSamePlace = (a: Place, b: Place): boolean =>
  a.start === b.start && a.end === b.end && String(a.resourceIds.toSorted()) === String(b.resourceIds.toSorted());

/** For events that follow `BookingRequested`, so that there is a booking: the store keeps their order. */
const change = (state: BookingState, changes: Partial<MadeBooking>): MadeBooking =>
  ({ ...state, ...changes }) as MadeBooking;

const renounce = (state: BookingState, holdId: Uuid): MadeBooking =>
  change(state, { renounced: [...(state as MadeBooking).renounced, holdId] });

const giveUp = (state: BookingState, changes: Pick<MadeBooking, 'status'> & Partial<MadeBooking>): MadeBooking => ({
  ...renounce(state, (state as MadeBooking).holdId),
  ...changes,
});

/** One booking; the stream is `booking-<id>`. */
export const Booking: Aggregate<BookingState, BookingCommand, BookingEvent, MadeBooking> = {
  category: BOOKING,
  decider,
  events: bookingEvents,
  tenantOf: (state) => (state.status === 'none' ? PLATFORM : state.businessId),
  known: made,
};
