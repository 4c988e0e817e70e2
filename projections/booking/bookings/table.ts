import { AGENDA, type Attention, BOOKING, type BookingTerms, type Uncovering } from '@yoyaku/booking/events';
import {
  defineAggregateTable,
  defineRevisionTable,
  defineTable,
  instant,
  integer,
  json,
  money,
  nullable,
  type Row,
  sealed,
  text,
  texts,
  uuid,
  uuids,
} from '@yoyaku/projecting';

/** Bookings with businesses, and private appointments: these have a title and a user instead of all the rest. */
export const bookings = defineAggregateTable('bookings', {
  of: BOOKING,
  fixed: { kind: 'booking' },
  columns: {
    /** booking | appointment: each kind has ids of its own. */
    kind: text,
    id: uuid,
    businessId: nullable(uuid),
    customerId: nullable(uuid),
    /** The user who owns the booking, if there is one. */
    userId: nullable(uuid),
    serviceId: nullable(uuid),
    serviceName: nullable(text),
    title: nullable(sealed),
    resourceIds: uuids,
    /** Null: at none, at one of several, or not known of old bookings. These are where their resources are. */
    locationId: nullable(uuid),
    startsAt: instant,
    endsAt: instant,
    /** pending | confirmed | checked_in | completed | cancelled | declined | no_show | expired */
    status: text,
    price: nullable(money),
    partySize: integer,
    note: nullable(sealed),
    /** Why it was declined or cancelled, and what that costs. */
    reason: nullable(sealed),
    fee: nullable(money),
    expiresAt: nullable(instant),
    /** approval, deposit: for what it waits, or waited when it was given up. */
    pendingFor: texts,
    /** What it is under; null for an appointment. */
    terms: nullable(json<BookingTerms>()),
    /** Why it needs the attention of the business's people, and with what they keep it all the same. */
    attention: json<readonly Attention[]>(),
    kept: json<readonly Uncovering[]>(),
  },
  indexes: [
    ['businessId', 'startsAt', 'id'],
    ['businessId', 'createdAt', 'id'],
    ['userId', 'startsAt', 'id'],
    ['customerId', 'startsAt', 'id'],
    { sql: `(business_id, starts_at, id) where attention <> '[]'` },
  ],
});

/** An appointment's revision is that of its user's agenda, in whose stream it is. */
export const agendas = defineRevisionTable('agendas', AGENDA);

/**
 * Where resources and services are, removed ones too: their bookings stay there. A service without requirements is the
 * resource of its own bookings.
 */
export const bookingPlaces = defineTable('booking_places', {
  columns: { id: uuid, locationIds: uuids },
  key: ['id'],
});

export type StoredBooking = Row<typeof bookings>;
