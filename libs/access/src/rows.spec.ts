import type { Uuid } from '@yoyaku/kernel';
import { grant, SYSTEM } from './grant';
import { inScope, type Ownership, type RowSql } from './rows';
import { covers, type Scope } from './scope';

const [SALON, RIVAL, ANN, GINZA] = ['salon', 'rival', 'ann', 'ginza'] as const as unknown as Uuid[];
const businessId = SALON as Uuid;
const userId = ANN as Uuid;
const locationIds = [GINZA as Uuid];

const ALL: Ownership = {
  business: 'businessId',
  owner: 'userId',
  assignee: 'assignedTo',
  at: 'locationId',
  listed: (row) => row.has('status', 'approved'),
};

const row: RowSql = {
  column: (name) => name,
  value: (value) => `${value}`,
  has: (name, value) => `${name} = ${value}`,
  isIn: ({ name }, key) => `${Object.values(key)} is in ${name}`,
  hasOneOrNone: (name, values) => `${name} in (null, ${values})`,
};

const OF_SALON = grant('business', { kind: 'business', businessId });
const AT_GINZA = grant('business', { kind: 'locations', businessId, locationIds });
const ASSIGNED = grant('business', { kind: 'own', userId, businessId, locationIds: [] });
const OWN = grant('self', { kind: 'own', userId, businessId: null, locationIds: [] });
const OWN_THERE = grant('self', { kind: 'own', userId, businessId, locationIds: [] });

describe('the rows in a scope', () => {
  it.each<[string, Scope, string]>([
    ['everything', SYSTEM, 'businessId is not null'],
    ['a business', OF_SALON, 'businessId = salon'],
    ['locations', AT_GINZA, 'businessId = salon and locationId in (null, ginza)'],
    ['what is assigned', ASSIGNED, 'assignedTo = ann and businessId = salon and true'],
    ['one’s own', OWN, 'userId = ann and true and true'],
    ['what is listed', grant('public', { kind: 'listed' }), 'status = approved'],
    ['nothing', grant('public', { kind: 'none' }), 'false'],
  ])('are those of %s', (_, scope, sql) => expect(inScope(scope, ALL, row)).toBe(sql));

  it('are a user’s own by a condition where no column says it', () => {
    const owner: Ownership['owner'] = (_, userId) => `${userId} is a member`;
    expect(inScope(OWN, { ...ALL, owner }, row)).toBe('ann is a member and true and true');
    expect(inScope(ASSIGNED, { ...ALL, owner }, row)).not.toContain('member');
  });

  it('are at a location by a condition where no column says it', () => {
    const at: Ownership['at'] = (_, ids) => `its room is at ${ids}`;
    expect(inScope(AT_GINZA, { business: 'businessId', at }, row)).toBe('businessId = salon and its room is at ginza');
    expect(inScope(ASSIGNED, { ...ALL, at }, row)).not.toContain('room');
  });

  it.each([OF_SALON, AT_GINZA, ASSIGNED, OWN, grant('public', { kind: 'listed' })])(
    'are none of a table that does not say whose they are: %j',
    (scope) => expect(inScope(scope, {}, row)).toMatch(/^false/),
  );

  it('of one thing are its own, whose ever it is, but never of any business', () => {
    const ofOne: Ownership = { business: 'businessId', isPart: true };
    expect(inScope(ASSIGNED, ofOne, row)).toBe('true and businessId = salon and true');
    expect(inScope(OWN, ofOne, row)).toContain('false');
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
