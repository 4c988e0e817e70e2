import type { Uuid } from '@yoyaku/kernel';
import { grant, SYSTEM } from './grant';
import { type Ownership, rowsIn } from './rows-in';
import { covers, type Scope } from './scope';

const [SALON, RIVAL, ANN, GINZA] = ['salon', 'rival', 'ann', 'ginza'] as const as unknown as Uuid[];
const businessId = SALON as Uuid;
const userId = ANN as Uuid;
const locationIds = [GINZA as Uuid];

const ALL: Ownership = {
  business: 'business_id',
  owner: 'user_id',
  assignee: 'assigned_to',
  at: (ids) => `location_id = any(${ids})`,
  listed: 'approved',
};

const OF_SALON = grant('business', { kind: 'business', businessId });
const AT_GINZA = grant('business', { kind: 'locations', businessId, locationIds });
const ASSIGNED = grant('business', { kind: 'own', userId, businessId, locationIds: [] });
const OWN = grant('self', { kind: 'own', userId, businessId: null, locationIds: [] });
const OWN_THERE = grant('self', { kind: 'own', userId, businessId, locationIds: [] });

describe('the rows in a scope', () => {
  it.each<[string, Scope, string, unknown[]]>([
    ['everything', SYSTEM, 'business_id is not null', []],
    ['a business', OF_SALON, 'business_id = $2', [SALON]],
    ['locations', AT_GINZA, 'business_id = $2 and location_id = any($3)', [SALON, [GINZA]]],
    ['what is assigned', ASSIGNED, 'assigned_to = $2 and business_id = $3 and true', [ANN, SALON]],
    ['one’s own', OWN, 'user_id = $2 and true and true', [ANN]],
    ['what is listed', grant('public', { kind: 'listed' }), 'approved', []],
    ['nothing', grant('public', { kind: 'none' }), 'false', []],
  ])('are those of %s', (_, scope, sql, values) => {
    const params: unknown[] = ['first'];
    expect(rowsIn(scope, ALL, params)).toBe(sql);
    expect(params).toEqual(['first', ...values]);
  });

  it.each([OF_SALON, AT_GINZA, ASSIGNED, OWN, grant('public', { kind: 'listed' })])(
    'are none of a table that does not say whose they are: %j',
    (scope) => expect(rowsIn(scope, {}, [])).toMatch(/^false/),
  );

  it('of one thing are its own, whose ever it is, but never of any business', () => {
    expect(rowsIn(ASSIGNED, { business: 'business_id', isPart: true }, [])).toBe('true and business_id = $1 and true');
    expect(rowsIn(OWN, { business: 'business_id', isPart: true }, [])).toContain('false');
  });
});

describe('a scope covers', () => {
  it.each<[string, Scope, readonly [salon: boolean, rival: boolean]]>([
    ['everything, for the system', SYSTEM, [true, true]],
    ['nothing, for an auditor', grant('auditor', { kind: 'all' }), [false, false]],
    ['nothing, for the public', grant('public', { kind: 'business', businessId }), [false, false]],
    ['a business', OF_SALON, [true, false]],
    ['the business of limited members', AT_GINZA, [true, false]],
    ['the business of one’s booking', OWN_THERE, [true, false]],
    ['no business, where one asks of oneself', OWN, [false, false]],
  ])('%s', (_, scope, [salon, rival]) => {
    expect([covers(scope, businessId), covers(scope, RIVAL as Uuid)]).toEqual([salon, rival]);
    expect(covers(scope, 'platform')).toBe(true);
  });
});
