import {
  defineTable,
  instant,
  integer,
  money,
  nullable,
  type Row,
  sealed,
  text,
  uuid,
  uuids,
} from '@yoyaku/projecting';

/** Bookings with businesses, and private appointments: these have a title and a user instead of all the rest. */
export const bookings = defineTable('bookings', {
  columns: {
    /** booking | appointment: each kind has ids of its own. */
    kind: text,
    id: uuid,
    businessId: nullable(uuid),
    customerId: nullable(uuid),
    /** Whose booking it is, where that is a user. */
    userId: nullable(uuid),
    serviceId: nullable(uuid),
    serviceName: nullable(text),
    title: nullable(sealed),
    resourceIds: uuids,
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
    createdAt: instant,
    updatedAt: instant,
  },
  key: ['kind', 'id'],
  indexes: [
    ['businessId', 'startsAt', 'id'],
    ['businessId', 'createdAt', 'id'],
    ['userId', 'startsAt', 'id'],
    ['customerId', 'startsAt', 'id'],
    { sql: `(expires_at) where status = 'pending'` },
  ],
});

export type StoredBooking = Row<typeof bookings>;
