import type { ApiKeyEvent } from '@yoyaku/business/events';
import { type Unbranded } from '@yoyaku/kernel';
import { runProjection } from '@yoyaku/projecting';
import { apiKeysProjection } from './projection';

const keyId = '01900000-0000-7000-8000-0000000000a1';
const businessId = '01900000-0000-7000-8000-000000000001';
const details = {
  businessId,
  name: 'Till',
  permissions: ['bookings:read'],
  locationIds: [],
  expiresAt: '2030-01-01T00:00:00Z',
  madeBy: '01900000-0000-7000-8000-00000000000b',
};
const made: Unbranded<ApiKeyEvent> = { type: 'ApiKeyMade', data: { keyId, ...details } };
const times = { createdAt: '2026-04-01T00:00:00Z', updatedAt: '2026-04-01T00:00:00Z' };

const rowsAfter = (...events: Unbranded<ApiKeyEvent>[]) =>
  runProjection(
    apiKeysProjection,
    events.map((event) => ({ ...event, stream: `apikey-${keyId}` })),
  ).apiKeys;

it('the api-keys projection holds those that were made, also once they are revoked', () => {
  const row = { id: keyId, ...details, status: 'active', ...times, revision: 0 };
  expect(rowsAfter(made)).toEqual([row]);
  const revoked = { type: 'ApiKeyRevoked', data: { keyId, businessId } } as const;
  expect(rowsAfter(made, revoked)).toEqual([{ ...row, status: 'revoked', revision: 1 }]);
});
