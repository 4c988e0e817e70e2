import { API_KEY } from '@yoyaku/business/events';
import { defineAggregateTable, instant, nullable, type Row, text, texts, uuid, uuids } from '@yoyaku/projecting';

export const apiKeys = defineAggregateTable('api_keys', {
  of: API_KEY,
  columns: {
    id: uuid,
    businessId: uuid,
    name: text,
    /** active | revoked */
    status: text,
    permissions: texts,
    locationIds: uuids,
    expiresAt: nullable(instant),
    madeBy: uuid,
  },
  indexes: [['businessId', 'createdAt', 'id']],
});

export type ApiKeyRow = Row<typeof apiKeys>;
