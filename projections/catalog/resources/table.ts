import { RESOURCE, type WorkingHours } from '@yoyaku/catalog/events';
import type { DaySpan } from '@yoyaku/kernel';
import {
  defineAggregateTable,
  definePartTable,
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
    /** `null` once erased. */
    name: nullable(text),
    description: nullable(text),
    capacity: integer,
    locationId: nullable(uuid),
    userId: nullable(uuid),
    /** `null`: as the business. */
    hours: nullable(json<readonly WorkingHours[]>()),
  },
  indexes: [['businessId', 'createdAt', 'id']],
});

/** Where a resource is, or was when it was removed: its bookings stay, and stay there. */
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

export type ResourceRow = Row<typeof resources>;
export type ResourceExceptionRow = Row<typeof resourceExceptions> & { readonly revision: number };
