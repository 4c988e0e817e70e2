import type { BookingHistoryRow, BookingRow } from '@projections/booking';
import type { Appointment, MadeBooking } from '@yoyaku/booking';
import type { BookingView, HistoryItem, RecordedBookingView } from './bookings.dto';

export const bookingView = (booking: MadeBooking): BookingView => ({
  id: booking.bookingId,
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
});

export const appointmentView = (
  { appointmentId, userId, title, start, end }: Appointment,
  status: 'confirmed' | 'cancelled' = 'confirmed',
): BookingView => ({
  id: appointmentId,
  userId,
  title,
  start,
  end,
  status,
  partySize: 1,
  resourceIds: [],
  businessId: null,
  serviceId: null,
  serviceName: null,
  customerId: null,
  price: null,
  note: null,
  expiresAt: null,
});

export const recordedView = ({ kind: _, startsAt: start, endsAt: end, ...row }: BookingRow): RecordedBookingView => ({
  ...row,
  start,
  end,
});

export const historyItem = ({ kind: _, bookingId: __, position: ___, ...item }: BookingHistoryRow): HistoryItem => item;
