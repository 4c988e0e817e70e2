import { type Requirement, type ResourceOverride, SERVICE } from '@yoyaku/catalog/events';
import type { Fee } from '@yoyaku/kernel';
import {
  boolean,
  defineAggregateTable,
  defineSearchTable,
  defineTable,
  integer,
  json,
  money,
  nullable,
  type Row,
  text,
  uuid,
  uuids,
} from '@yoyaku/projecting';

export const services = defineAggregateTable('services', {
  of: SERVICE,
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    description: nullable(text),
    category: nullable(text),
    durationMinutes: integer,
    price: money,
    bufferBeforeMinutes: integer,
    bufferAfterMinutes: integer,
    capacity: integer,
    shared: boolean,
    /** booking | person */
    pricing: text,
    intervalMinutes: nullable(integer),
    requirements: json<readonly Requirement[]>(),
    overrides: json<readonly ResourceOverride[]>(),
    locationIds: uuids,
    policyId: nullable(uuid),
    depositRule: nullable(json<Fee>()),
  },
  indexes: [['businessId', 'name', 'id']],
});

/** By what services are found: name, category and description. */
export const serviceSearch = defineSearchTable('service_search');

/** The businesses that are listed, and so are their services. */
export const serviceBusinesses = defineTable('service_businesses', { columns: { id: uuid }, key: ['id'] });

export type ServiceRow = Row<typeof services>;
