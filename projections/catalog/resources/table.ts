import { RESOURCE, type WorkingHours } from '@yoyaku/catalog/events';
import type { DaySpan } from '@yoyaku/kernel';
import {
  defineAggregateTable,
  definePartTable,
  defineSearchTable,
  defineTable,
  integer,
  json,
  localDate,
  nullable,
  type Row,
  text,
  uuid,
} from '@yoyaku/projecting';

export const resources = defineAggregateTable('resources', {
  of: RESOURCE,
  columns: {
    id: uuid,
    businessId: uuid,
    /** staff | room | equipment | table */
    kind: text,
    /** `null` after erasure. */
    name: nullable(text),
    description: nullable(text),
    capacity: integer,
    locationId: nullable(uuid),
    userId: nullable(uuid),
    /** `null`: the same as the business. */
    hours: nullable(json<readonly WorkingHours[]>()),
  },
  indexes: [['businessId', 'createdAt', 'id'], ['userId']],
});

/** By what resources are found: name and description. */
export const resourceSearch = defineSearchTable('resource_search');

/** The location of a resource, also of a removed one, because its bookings stay there. */
export const resourcePlaces = defineAggregateTable('resource_places', {
  of: RESOURCE,
  columns: { id: uuid, businessId: uuid, locationId: nullable(uuid) },
});

export const resourceExceptions = definePartTable('resource_exceptions', {
  columns: {
    id: uuid,
    resourceId: uuid,
    businessId: uuid,
    date: localDate,
    /** off | hours */
    kind: text,
    hours: json<readonly DaySpan[]>(),
  },
  key: ['id'],
  indexes: [
    ['resourceId', 'date', 'id'],
    ['businessId', 'date', 'id'],
  ],
});

/** Who worked for a business, or was invited to, and does so no more. Their resources are kept, but not listed. */
export const formerMembers = defineTable('former_members', {
  columns: { businessId: uuid, userId: uuid },
  key: ['businessId', 'userId'],
});

/** Who was invited to work for a business and has not accepted, by now or ever. Their resources are shown to its people alone. */
export const invitedMembers = defineTable('invited_members', {
  columns: { businessId: uuid, userId: uuid },
  key: ['businessId', 'userId'],
});

/** The businesses that are listed, and so are their resources. */
export const resourceBusinesses = defineTable('resource_businesses', { columns: { id: uuid }, key: ['id'] });

export type ResourceRow = Row<typeof resources>;
export type StoredException = Row<typeof resourceExceptions>;
export type ResourceExceptionRow = StoredException & { readonly revision: number };
