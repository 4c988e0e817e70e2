import {
  type Aggregate,
  type Decider,
  ensure,
  epochMs,
  type Instant,
  type Message,
  tenantOfBusiness,
  type Uuid,
  unlessNone,
} from '@yoyaku/kernel';
import { API_KEY, type ApiKeyDetails, type ApiKeyEvent, apiKeyEvents } from './api-key.events';
import { common, type Grants, granted, includes, KEY_GRANTS } from './permissions';
import type { Standing } from './reach';

interface NewApiKey extends ApiKeyDetails {
  readonly keyId: Uuid;
  readonly businessId: Uuid;
  readonly madeBy: Uuid;
}

/** Steps of `application/api-keys.ts`, which looks at the business and at what may do who makes the key, or revokes it. */
export type ApiKeyStep =
  | Message<'MakeApiKey', { readonly key: NewApiKey; readonly by: Grants; readonly at: Instant }>
  | Message<'RevokeApiKey', { readonly actorId: Uuid | null; readonly by: Grants }>;

export interface KnownApiKey extends NewApiKey {
  readonly status: 'active' | 'revoked';
  readonly createdAt: Instant;
}

export type ApiKeyState = { readonly status: 'none' } | KnownApiKey;

const KEEPABLE: ReadonlySet<string> = new Set(KEY_GRANTS);

const decider: Decider<ApiKeyState, ApiKeyStep, ApiKeyEvent> = {
  initial: { status: 'none' },
  decide: {
    MakeApiKey: ({ data: { key, by, at } }, state) => {
      if (state.status !== 'none') return [];
      const { permissions, expiresAt } = key;
      ensure(
        permissions.every((permission) => KEEPABLE.has(permission)),
        'api_key.not_for_keys',
        { path: 'permissions' },
      );
      ensure(includes(by, granted(permissions)), 'api_key.forbidden', { path: 'permissions' });
      ensure(expiresAt === null || epochMs(expiresAt) > epochMs(at), 'api_key.expires_in_past', { path: 'expiresAt' });
      return [{ type: 'ApiKeyMade', data: key }];
    },
    RevokeApiKey: ({ data: { actorId, by } }, state) => {
      const { status, keyId, businessId, madeBy, permissions } = known(state);
      if (status === 'revoked') return [];
      ensure(actorId === madeBy || includes(by, granted(permissions)), 'api_key.may_do_more');
      return [{ type: 'ApiKeyRevoked', data: { keyId, businessId } }];
    },
  },
  evolve: {
    ApiKeyMade: (_, { data, at }) => ({ status: 'active', createdAt: at, ...data }),
    ApiKeyRevoked: (state) => ({ ...(state as KnownApiKey), status: 'revoked' }),
  },
};

const known = unlessNone<ApiKeyState>('api_key.not_found');

/** A key with which a machine acts for a business. What it is recognised by is kept elsewhere. */
export const ApiKey: Aggregate<ApiKeyState, ApiKeyStep, ApiKeyEvent, KnownApiKey> = {
  category: API_KEY,
  decider,
  events: apiKeyEvents,
  tenantOf: tenantOfBusiness,
  known,
};

/** Whether it is good at that moment, as far as the key itself says. */
export const isGoodKey = (key: ApiKeyState, at: Instant): key is KnownApiKey =>
  key.status === 'active' && (key.expiresAt === null || epochMs(at) < epochMs(key.expiresAt));

/**
 * What a key may do while whoever made it may do that: what both may, where both may. `null` where they have no location
 * in common.
 */
export function standingWith(key: ApiKeyDetails, maker: Standing): Standing | null {
  const grants = common(maker.grants, granted(key.permissions));
  const isLimited = maker.locationIds.length > 0 && key.locationIds.length > 0;
  const locationIds = isLimited
    ? key.locationIds.filter((id) => maker.locationIds.includes(id))
    : [...key.locationIds, ...maker.locationIds];
  return isLimited && locationIds.length === 0 ? null : { role: API_KEY, grants, locationIds };
}
