import { type Channel, CUSTOMER } from '@yoyaku/customers/events';
import type { Instant } from '@yoyaku/kernel';
import {
  defineAggregateTable,
  defineSearchTable,
  defineTable,
  instant,
  integer,
  json,
  localDate,
  long,
  nullable,
  type Row,
  text,
  texts,
  uuid,
} from '@yoyaku/projecting';

export const customers = defineAggregateTable('customers', {
  of: CUSTOMER,
  columns: {
    id: uuid,
    businessId: uuid,
    userId: nullable(uuid),
    /** Not encrypted, because lists show it. Personal fields are `null` after erasure. */
    name: nullable(text),
    email: nullable(text),
    phone: nullable(text),
    birthday: nullable(localDate),
    locale: nullable(text),
    /** lead | customer | inactive | blocked | deleted | erased */
    status: text,
    blockReason: nullable(text),
    assignedTo: nullable(uuid),
    tags: texts,
    consents: json<readonly Channel[]>(),
    bookings: integer,
    completed: integer,
    cancelled: integer,
    noShows: integer,
    /** Of the visits that took place, in minor units of {@link currency}. */
    spent: long,
    /** `null` before the first visit. */
    currency: nullable(text),
    lastVisitAt: nullable(instant),
    /** The starts of the latest visits, so that the one before is known where one is taken back. */
    lastVisits: json<readonly Instant[]>(),
  },
  /** Their bookings are counted here too. */
  owner: 'tenant',
  indexes: [['businessId', 'createdAt', 'id'], ['userId'], { sql: 'using gin (tags)' }],
});

export type CustomerRow = Row<typeof customers>;

/** By what customers are found: name, e-mail and phone. Who was removed or erased has no row. */
export const customerSearch = defineSearchTable('customer_search');

/** Customers whose keys must be destroyed. */
export const erasures = defineTable('customer_erasures', {
  columns: { customerId: uuid, erasedAt: instant },
  key: ['customerId'],
});
