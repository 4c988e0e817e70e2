import { POLICY } from '@yoyaku/catalog/events';
import type { Fee } from '@yoyaku/kernel';
import { defineAggregateTable, defineTable, integer, json, nullable, type Row, text, uuid } from '@yoyaku/projecting';

export const policies = defineAggregateTable('policies', {
  of: POLICY,
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    freeUntilHours: integer,
    lateFee: nullable(json<Fee>()),
    noShowFee: nullable(json<Fee>()),
  },
  indexes: [['businessId', 'createdAt', 'id']],
});

/** The policy of services that name none. */
export const defaultPolicies = defineTable('default_policies', {
  columns: { businessId: uuid, policyId: uuid },
  key: ['businessId'],
});

export type StoredPolicy = Row<typeof policies>;
export type PolicyRow = StoredPolicy & { readonly isDefault: boolean };
