import { RESOURCE, SERVICE } from '@yoyaku/catalog/events';
import {
  boolean,
  defineAggregateTable,
  defineSearchTable,
  defineTable,
  json,
  long,
  nullable,
  type Row,
  text,
  texts,
  uuid,
  uuids,
} from '@yoyaku/projecting';

export const directoryServices = defineAggregateTable('directory_services', {
  of: SERVICE,
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    /** Folded, so that equal ones are equal texts. */
    category: nullable(text),
    /** Its price, in minor units. */
    amount: long,
    /** What it costs with the cheapest of its people. */
    leastAmount: long,
    currency: text,
    /** What it costs with people who ask for more or less, by their ids. */
    ownAmounts: json<Readonly<Record<string, number>>>(),
    /** Everybody and everything that it may be given with. */
    resourceIds: uuids,
    /** Empty: all locations of the business. */
    locationIds: uuids,
  },
  indexes: [['name', 'id'], ['category'], { sql: 'using gin (resource_ids)' }],
});

/** By what services are found: name, category and description. */
export const directoryServiceTexts = defineSearchTable('directory_service_texts');

export const directoryStaff = defineAggregateTable('directory_staff', {
  of: RESOURCE,
  columns: {
    id: uuid,
    businessId: uuid,
    /** Empty after erasure: nobody is found then. */
    name: text,
    locationId: nullable(uuid),
    userId: nullable(uuid),
  },
  indexes: [['name', 'id']],
});

/** By what staff are found: name and description. */
export const directoryStaffTexts = defineSearchTable('directory_staff_texts');

/** Who works for a business, with what they are good at. */
export const directoryMembers = defineTable('directory_members', {
  columns: { id: uuid, businessId: uuid, userId: uuid, specializations: texts },
  key: ['businessId', 'userId'],
  indexes: [['id']],
});

/** By what members are found: their specializations. */
export const directoryMemberTexts = defineSearchTable('directory_member_texts');

/** Open locations. */
export const directoryPlaces = defineTable('directory_places', {
  columns: {
    businessId: uuid,
    id: uuid,
    name: text,
    address: nullable(text),
    /** In millionths of a degree; `null`: nobody has said where it is. */
    latitude: nullable(long),
    longitude: nullable(long),
  },
  key: ['businessId', 'id'],
  indexes: [['id'], ['latitude']],
});

export const directoryBusinesses = defineTable('directory_businesses', {
  columns: { id: uuid, ownerId: uuid, isListed: boolean },
  key: ['id'],
});

export type PlaceRow = Row<typeof directoryPlaces>;
