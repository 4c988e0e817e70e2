import {
  type Aggregate,
  type Decider,
  ensure,
  type Instant,
  type Message,
  type Money,
  type OfType,
  tenantOfBusiness,
  type Uuid,
} from '@yoyaku/kernel';
import { cleared, type Look, noted, withAttention, withoutAttention } from './attention';
import {
  BOOKING,
  type BookingEvent,
  type BookingTerms,
  bookingEvents,
  type Outcome,
  type PendingFor,
  type Place,
  type Reservation,
} from './booking.events';
import { type BookingState, earlier, expiryOf, isMade, isSamePlace, type MadeBooking, made } from './booking-state';
import { feeForCancelling, feeForMissing } from './fees';
import { allowed, type Who } from './lifecycle';

/** Whom a customer's booking is between. */
export type Party = 'customer' | 'business';

type By<Data extends object = object> = Data & { readonly by: Who };

/** Where a booking is moved to, and on what terms. `from`: the hold that it had when somebody wanted to move it. */
type Move = Place & { readonly from: Uuid; readonly price: Money; readonly terms: BookingTerms };

export type GivenCode = 'right' | 'wrong';

export type BookingCommand =
  /** What is absent stays as it is. */
  | Message<'ChangeBookingDetails', By<{ note?: string | null | undefined }>>
  /** `code`: what the given code is; absent: none was given, which is refused to its customer. */
  | Message<'CheckIn', By<{ code?: GivenCode | undefined }>>
  | Message<'CompleteBooking', By>
  | Message<'MarkNoShow', By>
  | Message<'CorrectOutcome', By<{ outcome: Outcome; reason: string }>>
  /** It stays as it is: what it is left without until now is no matter. */
  | Message<'KeepBooking', By>;

/** Steps of commands in `application/`, which also see to the calendars and to what others decide. */
export type BookingStep =
  | Message<'RequestBooking', OfType<BookingEvent, 'BookingRequested'>['data']>
  /** By `system`: its deposit is paid. */
  | Message<'ConfirmBooking', By>
  | Message<'DeclineBooking', By<{ reason: string | null }>>
  | Message<'ExpireBooking', By>
  /** `needsApproval`: whether a move by its customer makes it pending again. */
  | Message<'RescheduleBooking', By<Move & { needsApproval: boolean }>>
  /** Other resources; the time stays. */
  | Message<'ReassignBooking', By<Move>>
  /** By `customer` also where the business's people cancel on their behalf. */
  | Message<'CancelBooking', By<{ reason: string | null }>>
  | Message<'UndoCancellation', By<{ holdId: Uuid }>>
  /** What was found to leave it without what it needs. */
  | Message<'NoteUncovered', Look>
  /** Makes sure that the booking will never use this hold, unless it already does. */
  | Message<'RenounceHold', { bookingId: Uuid; businessId: Uuid; holdId: Uuid }>;

/** Those of the lifecycle's table. */
type OfLifecycle = Exclude<BookingCommand | BookingStep, { type: 'RequestBooking' | 'NoteUncovered' | 'RenounceHold' }>;

const subject = ({ bookingId, businessId, customerId }: MadeBooking) => ({ bookingId, businessId, customerId });
const reservation = ({ holdId, resourceIds, start, end }: Reservation): Reservation => ({
  holdId,
  resourceIds,
  start,
  end,
});
const place = ({ locationId, ...at }: Place): Place => ({ ...reservation(at), locationId });

/** The booking, if it allows the command. Throws as {@link allowed} does. */
const accepting = ({ type, data, at }: OfLifecycle & { readonly at: Instant }, state: BookingState): MadeBooking =>
  allowed(type, state, { by: data.by, at });

const decider: Decider<BookingState, BookingCommand | BookingStep, BookingEvent> = {
  initial: { status: 'none' },
  decide: {
    RequestBooking: ({ data }, state) => {
      if (state.status === 'none') return [{ type: 'BookingRequested', data }];
      ensure(state.status !== 'abandoned', 'booking.abandoned', { bookingId: data.bookingId });
      ensure(isRequestedBy(data, state), 'booking.id_taken', { bookingId: data.bookingId });
      return [];
    },
    ConfirmBooking: (command, state) => {
      if (state.status === 'confirmed') return [];
      const booking = accepting(command, state);
      const settled = command.data.by === 'system' ? 'deposit' : 'approval';
      const pendingFor = booking.pendingFor.filter((one) => one !== settled);
      if (pendingFor.length === booking.pendingFor.length) return [];
      if (pendingFor.length === 0) return [{ type: 'BookingConfirmed', data: subject(booking) }];
      const expiresAt = expiryOf(booking.terms, pendingFor, booking.start, command.at);
      return [{ type: 'BookingPartlyConfirmed', data: { ...subject(booking), settled, pendingFor, expiresAt } }];
    },
    DeclineBooking: (command, state) => {
      if (state.status === 'declined') return [];
      const booking = accepting(command, state);
      const { reason } = command.data;
      const data = { ...subject(booking), ...reservation(booking), reason };
      return [{ type: 'BookingDeclined', data }, ...cleared(booking)];
    },
    ExpireBooking: (command, state) => {
      if (state.status === 'expired') return [];
      const booking = accepting(command, state);
      const data = { ...subject(booking), ...reservation(booking) };
      return [{ type: 'BookingExpired', data }, ...cleared(booking)];
    },
    RescheduleBooking: (command, state) => moved(command, state, command.data.needsApproval),
    ReassignBooking: (command, state) => moved(command, state, false),
    CancelBooking: (command, state) => {
      if (state.status === 'cancelled') return [];
      const { by, reason } = command.data;
      const booking = made(state);
      const fee = feeForCancelling(booking, { by, at: command.at });
      const party = by === 'customer' ? 'customer' : 'business';
      return [
        { type: 'BookingCancelled', data: { ...subject(booking), ...reservation(booking), by: party, reason, fee } },
        ...cleared(booking),
      ];
    },
    UndoCancellation: (command, state) => {
      const { holdId } = command.data;
      if (isMade(state) && state.holdId === holdId) return [];
      const booking = accepting(command, state);
      ensure(!booking.renounced.includes(holdId), 'booking.abandoned', { bookingId: booking.bookingId });
      const { standing: status, terms, pendingFor, start } = booking;
      const expiresAt = status === 'pending' ? expiryOf(terms, pendingFor, start, command.at) : null;
      const data = { ...subject(booking), ...reservation(booking), holdId, status, expiresAt };
      return [{ type: 'BookingCancellationUndone', data }];
    },
    ChangeBookingDetails: (command, state) => {
      const booking = accepting(command, state);
      const { note = booking.note } = command.data;
      return booking.note === note ? [] : [{ type: 'BookingDetailsChanged', data: { ...subject(booking), note } }];
    },
    CheckIn: (command, state) => {
      if (state.status === 'checked_in') return [];
      const booking = accepting(command, state);
      const { by, code } = command.data;
      const isAsked = by === 'customer' || code !== undefined;
      ensure(!isAsked || code === 'right', 'booking.wrong_code', { path: 'code' });
      return [{ type: 'BookingCheckedIn', data: subject(booking) }];
    },
    CompleteBooking: (command, state) => {
      if (state.status === 'completed') return [];
      const booking = accepting(command, state);
      const { serviceId, start, price } = booking;
      const data = { ...subject(booking), serviceId, start, price };
      return [{ type: 'BookingCompleted', data }, ...cleared(booking)];
    },
    MarkNoShow: (command, state) => {
      if (state.status === 'no_show') return [];
      const booking = accepting(command, state);
      const fee = feeForMissing(booking);
      const data = { ...subject(booking), start: booking.start, fee };
      return [{ type: 'BookingMarkedNoShow', data }, ...cleared(booking)];
    },
    CorrectOutcome: ({ type, data: { by, outcome: to, reason }, at }, state) => {
      if (state.status === to) return [];
      const booking = allowed(type, state, { by, at, to });
      const { serviceId, start, price, status: from } = booking;
      const fee = to === 'no_show' ? feeForMissing(booking) : null;
      const visit = { ...subject(booking), serviceId, start, price };
      return [{ type: 'BookingOutcomeCorrected', data: { ...visit, from: from as Outcome, to, reason, fee } }];
    },
    KeepBooking: (command, state) => {
      const booking = accepting(command, state);
      return cleared(booking, booking.attention, 'kept');
    },
    NoteUncovered: ({ data }, state) => noted(data, state),
    RenounceHold: ({ data }, state) => {
      if (state.status === 'none') return [{ type: 'BookingAbandoned', data }];
      if (!isMade(state) || state.holdId === data.holdId || state.renounced.includes(data.holdId)) return [];
      return [{ type: 'BookingHoldForfeited', data: { ...subject(state), holdId: data.holdId } }];
    },
  },
  evolve: {
    BookingRequested: (_, { data, at }) => ({
      ...data,
      startAgreedAt: at,
      standing: data.status,
      renounced: [],
      unseen: 0,
      reason: null,
      fee: null,
      outcomeAt: null,
      attention: [],
      kept: [],
    }),
    BookingPartlyConfirmed: (state, { data: { pendingFor, expiresAt } }) => change(state, { pendingFor, expiresAt }),
    BookingConfirmed: (state) =>
      change(state, { status: 'confirmed', standing: 'confirmed', pendingFor: [], expiresAt: null }),
    BookingDeclined: (state, { data: { reason } }) => giveUp(state, { status: 'declined', reason }),
    BookingExpired: (state) => giveUp(state, { status: 'expired' }),
    BookingRescheduled: (state, { data: { previous, agreed, ...data }, at }) => {
      const left = renounce(state, previous.holdId);
      const startAgreedAt = data.start === previous.start ? left.startAgreedAt : at;
      const moved = { ...left, ...place(data), startAgreedAt };
      if (agreed) return { ...moved, ...agreed, standing: agreed.status };
      return { ...moved, expiresAt: moved.expiresAt && earlier(moved.expiresAt, moved.start) };
    },
    BookingCancelled: (state, { data: { reason, fee } }) => giveUp(state, { status: 'cancelled', reason, fee }),
    BookingCancellationUndone: (state, { data: { status, holdId, expiresAt } }) =>
      change(state, { status, holdId, reason: null, fee: null, ...(expiresAt && { expiresAt }) }),
    BookingDetailsChanged: (state, { data: { note } }) => change(state, { note }),
    BookingCheckedIn: (state) => change(state, { status: 'checked_in', standing: 'checked_in' }),
    BookingCompleted: (state, { at }) => ended(state, { status: 'completed' }, at),
    BookingMarkedNoShow: (state, { data: { fee }, at }) => ended(state, { status: 'no_show', fee }, at),
    BookingOutcomeCorrected: (state, { data: { to, fee } }) =>
      change(state, { status: to, fee, ...(to === 'checked_in' && { standing: to }) }),
    AttentionRaised: (state, { data, at }) => unseen(state, withAttention(state as MadeBooking, data, at)),
    AttentionCleared: (state, { data }) => unseen(state, withoutAttention(state as MadeBooking, data)),
    BookingAbandoned: (_, { data: { businessId } }) => ({ status: 'abandoned', businessId }),
    BookingHoldForfeited: (state, { data: { holdId } }) => unseen(state, renounce(state, holdId)),
  },
};

/** The move, unless the booking is there already. */
function moved(
  command: Extract<BookingStep, { type: 'RescheduleBooking' | 'ReassignBooking' }> & { readonly at: Instant },
  state: BookingState,
  needsApproval: boolean,
): readonly BookingEvent[] {
  const { by, from, price, terms, holdId, start } = command.data;
  const to = place(command.data);
  const booking = made(state);
  if (booking.holdId === holdId) return [];
  accepting(command, state);
  if (isSamePlace(booking, to)) return [];
  ensure(booking.holdId === from, 'booking.changed_meanwhile', { start: booking.start });
  ensure(!booking.renounced.includes(holdId), 'booking.abandoned', { bookingId: booking.bookingId });
  const pendingFor = waitsFor(booking, by === 'customer' && needsApproval);
  // Somebody else at the same time is no reason to decide later, and no move is one to pay later.
  const isKept = start === booking.start || booking.pendingFor.includes('deposit');
  const expiresAt = isKept && booking.expiresAt ? earlier(booking.expiresAt, start) : undefined;
  const agreed =
    pendingFor.length > 0
      ? ({
          price,
          terms,
          status: 'pending',
          pendingFor,
          expiresAt: expiresAt ?? expiryOf(terms, pendingFor, start, command.at),
        } as const)
      : ({ price, terms, status: 'confirmed', pendingFor, expiresAt: null } as const);
  return [{ type: 'BookingRescheduled', data: { ...subject(booking), ...to, previous: place(booking), agreed } }];
}

/** For what a booking waits that is moved. */
const waitsFor = ({ pendingFor }: MadeBooking, needsApproval: boolean): readonly PendingFor[] =>
  needsApproval && !pendingFor.includes('approval') ? ['approval', ...pendingFor] : pendingFor;

const isRequestedBy = ({ holdId }: { holdId: Uuid }, state: MadeBooking): boolean =>
  state.holdId === holdId || state.renounced.includes(holdId);

/** For events that follow `BookingRequested`, so that there is a booking: the store keeps their order. */
const change = (state: BookingState, changes: Partial<MadeBooking>): MadeBooking =>
  ({ ...state, unseen: 0, ...changes }) as MadeBooking;

/** By an event that changes nothing for its customer: what they send goes by what they saw. */
const unseen = (state: BookingState, changes: Partial<MadeBooking>): MadeBooking =>
  change(state, { ...changes, unseen: (state as MadeBooking).unseen + 1 });

const ended = (state: BookingState, changes: Partial<MadeBooking>, at: Instant): MadeBooking =>
  change(state, { ...changes, outcomeAt: (state as MadeBooking).outcomeAt ?? at });

const renounce = (state: BookingState, holdId: Uuid): MadeBooking =>
  change(state, { renounced: [...(state as MadeBooking).renounced, holdId] });

const giveUp = (state: BookingState, changes: Pick<MadeBooking, 'status'> & Partial<MadeBooking>): MadeBooking => ({
  ...renounce(state, (state as MadeBooking).holdId),
  ...changes,
});

/** One booking; the stream is `booking-<id>`. */
export const Booking: Aggregate<BookingState, BookingCommand | BookingStep, BookingEvent, MadeBooking> = {
  category: BOOKING,
  decider,
  events: bookingEvents,
  tenantOf: tenantOfBusiness,
  known: made,
  unseen: (state) => (isMade(state) ? state.unseen : 0),
};
