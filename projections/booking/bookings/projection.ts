import type { AgendaEvent, BookingEvent, Place } from '@yoyaku/booking/events';
import type { RecordedEvent } from '@yoyaku/eventing';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { type BookingRow, bookings } from './table';

const tables = { bookings };

/** Every booking as it stands. */
export const bookingsProjection = defineProjection<BookingEvent | AgendaEvent>()({
  name: 'bookings',
  version: 1,
  tables,
  on: {
    BookingRequested: ({ data: { bookingId: id, holdId: _, terms: __, start, end, ...data }, at }, rows) =>
      rows.bookings.put({ ...BLANK, id, ...data, startsAt: start, endsAt: end, createdAt: at, updatedAt: at }),
    BookingConfirmed: (event, rows) => change(event, rows, { status: 'confirmed', expiresAt: null }),
    BookingDeclined: (event, rows) => change(event, rows, { status: 'declined', reason: event.data.reason }),
    BookingExpired: (event, rows) => change(event, rows, { status: 'expired' }),
    BookingRescheduled: (event, rows) => change(event, rows, placeOf(event.data)),
    BookingCancelled: (event, rows) =>
      change(event, rows, { status: 'cancelled', reason: event.data.reason, fee: event.data.fee }),
    BookingCancellationUndone: (event, rows) =>
      change(event, rows, { status: event.data.status, reason: null, fee: null }),
    BookingDetailsChanged: (event, rows) => change(event, rows, { note: event.data.note }),
    BookingCheckedIn: (event, rows) => change(event, rows, { status: 'checked_in' }),
    BookingCompleted: (event, rows) => change(event, rows, { status: 'completed' }),
    BookingMarkedNoShow: (event, rows) => change(event, rows, { status: 'no_show', fee: event.data.fee }),

    AppointmentPlanned: ({ data: { appointmentId: id, userId, title, start, end }, at }, rows) =>
      rows.bookings.put({
        ...BLANK,
        ...{ id, userId, title, startsAt: start, endsAt: end },
        ...{ status: 'confirmed', createdAt: at, updatedAt: at },
      }),
    AppointmentChanged: ({ data: { appointmentId: id, title, start, end }, at }, rows) =>
      rows.bookings.patch({ id }, { title, startsAt: start, endsAt: end, updatedAt: at }),
    AppointmentCancelled: ({ data: { appointmentId: id }, at }, rows) =>
      rows.bookings.patch({ id }, { status: 'cancelled', updatedAt: at }),
  },
});

const BLANK = {
  businessId: null,
  customerId: null,
  serviceId: null,
  serviceName: null,
  title: null,
  resourceIds: [],
  price: null,
  partySize: 1,
  note: null,
  reason: null,
  fee: null,
  expiresAt: null,
} as const;

const placeOf = ({ resourceIds, start, end }: Place) => ({ resourceIds, startsAt: start, endsAt: end });

const change = (
  { data: { bookingId: id }, at }: RecordedEvent<BookingEvent>,
  rows: Unit<typeof tables>,
  to: Partial<BookingRow>,
): void => rows.bookings.patch({ id }, { ...to, updatedAt: at });
