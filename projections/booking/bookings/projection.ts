import {
  type AgendaEvent,
  type BookingEvent,
  type Place,
  withAttention,
  withoutAttention,
} from '@yoyaku/booking/events';
import type { ResourceEvent, ServiceEvent } from '@yoyaku/catalog/events';
import { type RecordedEvent, sealedCopy } from '@yoyaku/eventing';
import type { OfType } from '@yoyaku/kernel';
import { defineProjection, type GivenRow, type Unit } from '@yoyaku/projecting';
import { agendas, bookingPlaces, bookings, type StoredBooking } from './table';

const tables = { bookings, agendas, bookingPlaces };

type PlaceEvent =
  | OfType<ResourceEvent, 'ResourceCreated' | 'ResourceChanged'>
  | OfType<ServiceEvent, 'ServiceCreated' | 'ServiceChanged'>;

/** The current state of every booking. Text that people wrote stays encrypted. */
export const bookingsProjection = defineProjection<BookingEvent | AgendaEvent | PlaceEvent>()({
  name: 'bookings',
  version: 14,
  tables,
  ignored: ['BookingAbandoned', 'BookingHoldForfeited'],
  on: {
    BookingRequested: (event, rows) => {
      const { bookingId: id, holdId: _, overridden: __, start, end, ...data } = event.data;
      const booking = { kind: 'booking', id, ...data, startsAt: start, endsAt: end };
      rows.bookings.put({ ...BLANK, ...booking, note: sealedCopy(event) });
    },
    BookingPartlyConfirmed: (event, rows) => {
      const { pendingFor, expiresAt } = event.data;
      change(event, rows, { pendingFor, expiresAt });
    },
    BookingConfirmed: (event, rows) => change(event, rows, { status: 'confirmed', pendingFor: [], expiresAt: null }),
    BookingDeclined: (event, rows) => change(event, rows, { status: 'declined', reason: sealedCopy(event) }),
    BookingExpired: (event, rows) => change(event, rows, { status: 'expired' }),
    BookingRescheduled: (event, rows) => {
      const { bookingId: id, agreed, start } = event.data;
      change(event, rows, placeOf(event.data));
      if (agreed) {
        return change(event, rows, agreed);
      }
      // A move of an earlier build, which let a pending booking outlive its start.
      const { expiresAt = null } = rows.bookings.get({ kind: 'booking', id }) ?? {};
      if (expiresAt && Date.parse(expiresAt) > Date.parse(start)) change(event, rows, { expiresAt: start });
    },
    BookingCancelled: (event, rows) =>
      change(event, rows, { status: 'cancelled', reason: sealedCopy(event), fee: event.data.fee }),
    BookingCancellationUndone: (event, rows) => change(event, rows, undone(event.data)),
    BookingDetailsChanged: (event, rows) => change(event, rows, { note: sealedCopy(event) }),
    BookingCheckedIn: (event, rows) => change(event, rows, { status: 'checked_in' }),
    BookingCompleted: (event, rows) => change(event, rows, { status: 'completed' }),
    BookingMarkedNoShow: (event, rows) => change(event, rows, { status: 'no_show', fee: event.data.fee }),
    BookingOutcomeCorrected: (event, rows) => change(event, rows, { status: event.data.to, fee: event.data.fee }),
    AttentionRaised: (event, rows) =>
      change(event, rows, withAttention(attentionIn(event, rows), event.data, event.at)),
    AttentionCleared: (event, rows) => change(event, rows, withoutAttention(attentionIn(event, rows), event.data)),

    AppointmentPlanned: (event, rows) => {
      const { appointmentId: id, userId } = event.data;
      const planned = { ...BLANK, kind: 'appointment', id, userId, status: 'confirmed' } as const;
      rows.bookings.put({ ...planned, ...appointment(event) });
    },
    AppointmentChanged: (event, rows) =>
      rows.bookings.patch({ kind: 'appointment', id: event.data.appointmentId }, appointment(event)),
    AppointmentCancelled: ({ data: { appointmentId: id } }, rows) =>
      rows.bookings.patch({ kind: 'appointment', id }, { status: 'cancelled' }),

    ResourceCreated: ({ data }, rows) => rows.bookingPlaces.put(placeOfResource(data)),
    ResourceChanged: ({ data }, rows) => rows.bookingPlaces.put(placeOfResource(data)),
    ServiceCreated: ({ data: { serviceId: id, locationIds } }, rows) => rows.bookingPlaces.put({ id, locationIds }),
    ServiceChanged: ({ data: { serviceId: id, locationIds } }, rows) => rows.bookingPlaces.put({ id, locationIds }),
  },
});

const BLANK = {
  businessId: null,
  customerId: null,
  serviceId: null,
  serviceName: null,
  title: null,
  resourceIds: [],
  locationId: null,
  price: null,
  partySize: 1,
  note: null,
  reason: null,
  fee: null,
  expiresAt: null,
  pendingFor: [],
  terms: null,
  attention: [],
  kept: [],
} as const;

const attentionIn = (
  { data: { bookingId: id } }: RecordedEvent<BookingEvent>,
  rows: Unit<typeof tables>,
): Pick<StoredBooking, 'attention' | 'kept'> => rows.bookings.get({ kind: 'booking', id }) ?? BLANK;

const placeOf = ({ resourceIds, locationId, start, end }: Place) => ({
  resourceIds,
  locationId,
  startsAt: start,
  endsAt: end,
});

const placeOfResource = ({ resourceId: id, locationId }: OfType<PlaceEvent, 'ResourceChanged'>['data']) => ({
  id,
  locationIds: locationId ? [locationId] : [],
});

const undone = ({ status, expiresAt }: OfType<BookingEvent, 'BookingCancellationUndone'>['data']) => ({
  status,
  reason: null,
  fee: null,
  ...(expiresAt && { expiresAt }),
});

const appointment = (event: RecordedEvent<OfType<AgendaEvent, 'AppointmentPlanned' | 'AppointmentChanged'>>) => ({
  title: sealedCopy(event),
  startsAt: event.data.start,
  endsAt: event.data.end,
});

const change = (
  { data: { bookingId: id } }: RecordedEvent<BookingEvent>,
  rows: Unit<typeof tables>,
  to: Partial<GivenRow<typeof bookings>>,
): void => rows.bookings.patch({ kind: 'booking', id }, to);
