import { SERIES } from '@yoyaku/booking/events';
import {
  defineAggregateTable,
  instant,
  integer,
  json,
  nullable,
  type Row,
  text,
  uuid,
  uuids,
} from '@yoyaku/projecting';

export const series = defineAggregateTable('series', {
  of: SERIES,
  columns: {
    id: uuid,
    businessId: uuid,
    customerId: uuid,
    /** The user who owns its bookings, if there is one. */
    userId: nullable(uuid),
    serviceId: uuid,
    rrule: text,
    start: instant,
    timeZone: text,
    /** all | available */
    mode: text,
    partySize: integer,
    /** In the order of their times. How each is now, the read model of bookings tells. */
    bookingIds: uuids,
    skipped: json<readonly { readonly start: string; readonly code: string }[]>(),
  },
  indexes: [['businessId', 'createdAt', 'id']],
});

export type SeriesRow = Row<typeof series>;
