import { type HeldOffer, WAITLIST } from '@yoyaku/booking/events';
import {
  definePartTable,
  defineRevisionTable,
  integer,
  json,
  localDate,
  nullable,
  type Row,
  text,
  uuid,
  uuids,
} from '@yoyaku/projecting';

/** Who waits, or waited, for a service: entries of its line. */
export const waitlist = definePartTable('waitlist', {
  columns: {
    serviceId: uuid,
    id: uuid,
    businessId: uuid,
    customerId: uuid,
    /** The user whose it is, if there is one. */
    userId: nullable(uuid),
    /** Those of one line are in this order. */
    number: integer,
    fromDate: localDate,
    toDate: localDate,
    partySize: integer,
    resourceIds: uuids,
    locationId: nullable(uuid),
    /** waiting | offered | accepted | declined | lapsed | removed */
    status: text,
    /** Why it was removed. */
    reason: nullable(text),
    /** What is held for them now. */
    offer: nullable(json<ShownOffer>()),
  },
  key: ['serviceId', 'id'],
  indexes: [
    ['businessId', 'createdAt', 'id'],
    ['userId', 'createdAt', 'id'],
    ['customerId', 'createdAt', 'id'],
    ['businessId', 'status'],
    ['serviceId', 'status', 'number'],
  ],
});

export type ShownOffer = Pick<HeldOffer, 'start' | 'end' | 'resourceIds' | 'locationId' | 'price' | 'expiresAt'>;

/** An entry's revision is that of its service's line, in whose stream it is. */
export const waitlists = defineRevisionTable('waitlists', WAITLIST);

export type StoredEntry = Row<typeof waitlist>;
