import type { ApiKeyEvent } from '@yoyaku/business/events';
import { defineProjection } from '@yoyaku/projecting';
import { apiKeys } from './table';

/** The API keys of each business. Revoked ones stay, because history names them. */
export const apiKeysProjection = defineProjection<ApiKeyEvent>()({
  name: 'api-keys',
  version: 1,
  tables: { apiKeys },
  on: {
    ApiKeyMade: ({ data: { keyId: id, ...data } }, rows) => rows.apiKeys.put({ id, ...data, status: 'active' }),
    ApiKeyRevoked: ({ data: { keyId: id } }, rows) => rows.apiKeys.patch({ id }, { status: 'revoked' }),
  },
});
