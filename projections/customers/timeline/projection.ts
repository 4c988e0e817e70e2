import type { BookingEvent } from '@yoyaku/booking/events';
import type { CustomerEvent, NoteEvent } from '@yoyaku/customers/events';
import type { RecordedEvent } from '@yoyaku/eventing';
import type { Message, Uuid } from '@yoyaku/kernel';
import { defineProjection, type Unit } from '@yoyaku/projecting';
import { timeline } from './table';

type AboutCustomer = Message<string, { customerId: Uuid; businessId: Uuid }>;
const tables = { timeline };

/** An entry that keeps these fields of the event. */
const entry =
  <E extends AboutCustomer>(...fields: readonly (keyof E['data'] & string)[]) =>
  ({ id, type, data, at, position }: RecordedEvent<E>, rows: Unit<typeof tables>): void =>
    rows.timeline.put({
      id,
      customerId: data.customerId,
      businessId: data.businessId,
      position: Number(position),
      at,
      type,
      detail: Object.fromEntries(fields.map((field) => [field, (data as E['data'])[field]])),
    });

/** The events that concern a customer: of the customer, of notes and of bookings. */
export const timelineProjection = defineProjection<CustomerEvent | NoteEvent | BookingEvent>()({
  name: 'customer-timeline',
  version: 7,
  tables,
  ignored: [
    'CustomerPointedElsewhere',
    'BookingDetailsChanged',
    'AttentionRaised',
    'AttentionCleared',
    'BookingAbandoned',
    'BookingHoldForfeited',
  ],
  on: {
    CustomerCreated: entry('status'),
    CustomerChanged: entry(),
    CustomerStatusChanged: entry('status'),
    CustomerTagged: entry(),
    CustomerUntagged: entry(),
    ConsentGiven: entry('channel'),
    ConsentWithdrawn: entry('channel'),
    CustomerBlocked: entry(),
    CustomerUnblocked: entry(),
    CustomerLinkOffered: entry('userId'),
    CustomerUserLinked: entry('userId'),
    CustomerRemoved: entry(),
    CustomerErased: entry(),
    CustomerNoteAdded: entry('noteId', 'kind'),
    CustomerNoteChanged: entry('noteId', 'kind'),
    CustomerNoteRemoved: entry('noteId'),
    BookingRequested: entry('bookingId', 'serviceName', 'start', 'status'),
    BookingPartlyConfirmed: entry('bookingId', 'settled', 'pendingFor'),
    BookingConfirmed: entry('bookingId'),
    BookingDeclined: entry('bookingId', 'start'),
    BookingExpired: entry('bookingId', 'start'),
    BookingRescheduled: entry('bookingId', 'start'),
    BookingCancelled: entry('bookingId', 'start', 'by', 'fee'),
    BookingCancellationUndone: entry('bookingId', 'start', 'status'),
    BookingCheckedIn: entry('bookingId'),
    BookingCompleted: entry('bookingId', 'start', 'price'),
    BookingMarkedNoShow: entry('bookingId', 'start', 'fee'),
    BookingOutcomeCorrected: entry('bookingId', 'start', 'from', 'to', 'fee'),
  },
});
