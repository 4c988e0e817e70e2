import { instant, type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { ApiKey, type ApiKeyStep, isGoodKey, type KnownApiKey, standingWith } from './api-key.decider';
import type { ApiKeyEvent } from './api-key.events';
import { extentOf, granted, grantsOf, KEY_GRANTS, permits, type Role } from './permissions';
import type { Standing } from './reach';

const { given } = specify(ApiKey.decider);

const ids = {
  keyId: '01900000-0000-7000-8000-0000000000a1',
  businessId: '01900000-0000-7000-8000-000000000001',
};
const key = {
  ...ids,
  madeBy: '01900000-0000-7000-8000-00000000000b',
  name: 'Till',
  permissions: ['bookings:read', 'customers:read_own'],
  locationIds: [],
  expiresAt: null as string | null,
};
const at = '2026-04-01T00:00:00Z';
const make = (change: Partial<typeof key> = {}, by: Role = 'owner'): Unbranded<ApiKeyStep> => ({
  type: 'MakeApiKey',
  data: { key: { ...key, ...change }, by: grantsOf(by), at },
});
const made: Unbranded<ApiKeyEvent> = { type: 'ApiKeyMade', data: key };
const revoke = (by: Role = 'owner', actorId = '01900000-0000-7000-8000-00000000000c'): Unbranded<ApiKeyStep> => ({
  type: 'RevokeApiKey',
  data: { actorId, by: grantsOf(by) },
});
const revoked: Unbranded<ApiKeyEvent> = { type: 'ApiKeyRevoked', data: ids };

describe('an API key', () => {
  it('is made once', () => {
    given([]).when(make()).then([made]);
    given([made]).when(make()).thenNothing();
  });

  it('may do no more than whoever makes it', () => {
    given([])
      .when(make({ permissions: ['business:write'] }, 'manager'))
      .thenRejects('api_key.forbidden');
    given([])
      .when(make({ permissions: ['customers:read'] }, 'sales_rep'))
      .thenRejects('api_key.forbidden');
    given([])
      .when(make({ permissions: ['bookings:*'] }, 'staff'))
      .thenRejects('api_key.forbidden');
  });

  it.each(['staff:*', 'staff:read', 'staff:read_own', 'roles:write', 'api_keys:write', 'api_keys:*', 'everything'])(
    'never has %s',
    (permission) => {
      given([])
        .when(make({ permissions: [permission] }))
        .thenRejects('api_key.not_for_keys');
    },
  );

  it('ends after it begins', () => {
    given([])
      .when(make({ expiresAt: at }))
      .thenRejects('api_key.expires_in_past');
    const expiresAt = '2026-04-01T00:00:01Z';
    given([])
      .when(make({ expiresAt }))
      .then([{ ...made, data: { ...key, expiresAt } } as Unbranded<ApiKeyEvent>]);
  });

  it('is revoked once', () => {
    given([made]).when(revoke()).then([revoked]);
    given([made, revoked]).when(revoke()).thenNothing();
    given([made, revoked]).when(make()).thenNothing();
    given([]).when(revoke()).thenRejects('api_key.not_found');
  });

  it('is revoked by whoever made it, and else by who may do all that it may', () => {
    given([made]).when(revoke('manager')).then([revoked]);
    given([made]).when(revoke('sales_rep')).thenRejects('api_key.may_do_more');
    given([made]).when(revoke('sales_rep', key.madeBy)).then([revoked]);
    given([made, revoked]).when(revoke('sales_rep')).thenNothing();
  });

  it('is good until the moment at which it ends', () => {
    const known = { ...key, status: 'active', createdAt: at, expiresAt: '2026-05-01T00:00:00Z' };
    const isGood = (moment: string, change: object = {}) =>
      isGoodKey({ ...known, ...change } as unknown as KnownApiKey, instant(moment));
    expect(isGood('2026-04-30T23:59:59.999Z')).toBe(true);
    expect(isGood('2026-05-01T00:00:00Z')).toBe(false);
    expect(isGood('2099-05-01T00:00:00Z', { expiresAt: null })).toBe(true);
    expect(isGood('2026-04-02T00:00:00Z', { status: 'revoked' })).toBe(false);
    expect(isGoodKey({ status: 'none' }, instant(at))).toBe(false);
  });
});

describe('what a key may do just now', () => {
  const standing = (permissions: readonly string[], locationIds: string[], maker: string[], at: string[] = []) =>
    standingWith(
      { name: 'Till', permissions, locationIds, expiresAt: null } as unknown as KnownApiKey,
      { role: 'desk', grants: granted(maker), locationIds: at } as unknown as Standing,
    );

  it('is what it was given, as far as whoever made it still may', () => {
    const grants = standing(
      ['bookings:*', 'customers:read', 'notes:read_own'],
      [],
      ['bookings:read', 'customers:read_own', 'notes:*'],
    )?.grants as ReadonlySet<string>;
    expect(extentOf(grants, 'bookings:read')).toBe('all');
    expect(permits(grants, 'bookings:cancel')).toBe(false);
    expect(extentOf(grants, 'customers:read')).toBe('own');
    expect(extentOf(grants, 'notes:read')).toBe('own');
    expect(permits(grants, 'notes:write')).toBe(false);
  });

  it.each<[key: string[], maker: string[], both: string[] | undefined]>([
    [[], [], []],
    [['ginza'], [], ['ginza']],
    [[], ['ginza'], ['ginza']],
    [['ginza', 'ueno'], ['ginza', 'mita'], ['ginza']],
    [['ueno'], ['ginza'], undefined],
  ])('of one for %j, made by somebody at %j: %j', (ofKey, ofMaker, both) => {
    expect(standing(['bookings:read'], ofKey, ['bookings:read'], ofMaker)?.locationIds).toEqual(both);
  });

  it('can be given every permission but those over people', () => {
    const kinds = new Set(KEY_GRANTS.map((grant) => grant.split(':')[0]));
    expect(['staff', 'roles', 'api_keys'].filter((kind) => kinds.has(kind))).toEqual([]);
    expect(kinds.size).toBeGreaterThan(10);
  });
});
