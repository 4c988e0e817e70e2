import type { BookingHistoryRow, BookingRow } from '@projections/booking';
import type { AgendaState, MadeBooking, Party, PlannedAppointment } from '@yoyaku/booking';
import type { CommandContext } from '@yoyaku/eventing';
import { type Shown, versionOf } from '../conventions';
import type { BookingView, HistoryItem } from './bookings.dto';

/** As whom somebody acts on a booking: as its customer, or for the business. */
export const partyOf = ({ scope }: Pick<CommandContext, 'scope'>): Party =>
  scope.as === 'self' ? 'customer' : 'business';

/** A booking right after a command. */
export function bookingView(outcome: Shown<MadeBooking>): BookingView {
  const booking = outcome.known;
  return {
    ...versionOf(outcome),
    businessId: booking.businessId,
    serviceId: booking.serviceId,
    serviceName: booking.serviceName,
    title: null,
    resourceIds: booking.resourceIds,
    customerId: booking.customerId,
    userId: booking.userId,
    start: booking.start,
    end: booking.end,
    status: booking.status,
    price: booking.price,
    partySize: booking.partySize,
    note: booking.note,
    expiresAt: booking.expiresAt,
    reason: booking.reason,
    fee: booking.fee,
  };
}

/** An appointment after a command on its agenda. */
export const appointmentView = (
  { appointmentId: id, userId, title, start, end, createdAt, updatedAt }: PlannedAppointment,
  { revision }: Pick<Shown<AgendaState>, 'revision'>,
): BookingView => ({
  id,
  revision,
  createdAt,
  updatedAt,
  userId,
  title,
  start,
  end,
  status: 'confirmed',
  partySize: 1,
  resourceIds: [],
  businessId: null,
  serviceId: null,
  serviceName: null,
  customerId: null,
  price: null,
  note: null,
  expiresAt: null,
  reason: null,
  fee: null,
});

export const rowView = ({ kind: _, startsAt: start, endsAt: end, ...row }: BookingRow): BookingView => ({
  ...row,
  start,
  end,
});

export const historyItem = ({ kind: _, bookingId: __, position: ___, ...item }: BookingHistoryRow): HistoryItem => item;
