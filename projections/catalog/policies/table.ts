import type { Fee } from '@yoyaku/kernel';
import { defineTable, instant, integer, json, nullable, type Row, text, uuid } from '@yoyaku/projecting';

export const policies = defineTable('policies', {
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    freeUntilHours: integer,
    lateFee: nullable(json<Fee>()),
    noShowFee: nullable(json<Fee>()),
    createdAt: instant,
  },
  key: ['id'],
  indexes: [['businessId', 'createdAt', 'id']],
});

/** Which policy holds where a service names none. */
export const defaultPolicies = defineTable('default_policies', {
  columns: { businessId: uuid, policyId: uuid },
  key: ['businessId'],
});

export type PolicyRow = Row<typeof policies> & { readonly isDefault: boolean };
