import { type Unbranded } from '@yoyaku/kernel';
import { specify } from '@yoyaku/kernel/specification';
import { Business, type BusinessStep, type KnownBusiness } from './business.decider';
import type { BusinessEvent } from './business.events';
import { granted, grantsOf, permits } from './permissions';
import { isGiven } from './roles';
import { DEFAULT_SETTINGS } from './settings';

const { given, fold } = specify(Business.decider);

const businessId = '01900000-0000-7000-8000-000000000001';
const created = {
  type: 'BusinessCreated',
  data: { businessId, slug: 'salon', settings: DEFAULT_SETTINGS, trialEndsAt: null },
} as unknown as Unbranded<BusinessEvent>;
const set = (role: string, ...permissions: string[]): Unbranded<BusinessEvent> => ({
  type: 'RoleSet',
  data: { businessId, role, permissions },
});
const removed = (role: string): Unbranded<BusinessEvent> => ({ type: 'RoleRemoved', data: { businessId, role } });
const owner = grantsOf('owner');
const setting = (role: string, permissions: string[], by = owner): Unbranded<BusinessStep> => ({
  type: 'SetRole',
  data: { role, permissions, by },
});
const settingAll = (roles: Record<string, string[]>, by = owner): Unbranded<BusinessStep> => ({
  type: 'SetRoles',
  data: { roles, by },
});

describe('a role', () => {
  it('is given permissions, once', () => {
    given([created])
      .when(setting('desk', ['bookings:*']))
      .then([set('desk', 'bookings:*')]);
    given([created, set('desk', 'bookings:*', 'notes:read')])
      .when(setting('desk', ['notes:read', 'bookings:*']))
      .thenNothing();
    given([created])
      .when(setting('staff', []))
      .then([set('staff')]);
  });

  it('of an owner stays as it is, so that nobody locks themselves out', () => {
    given([created]).when(setting('owner', [])).thenRejects('role.fixed');
    given([created])
      .when(settingAll({ owner: [] }))
      .thenRejects('role.fixed');
  });

  it('is given no more than whoever says so may do, and nothing is taken from it that they may not', () => {
    const by = granted(['roles:write', 'bookings:read']);
    given([created])
      .when(setting('desk', ['bookings:read_own'], by))
      .then([set('desk', 'bookings:read_own')]);
    given([created])
      .when(setting('desk', ['bookings:cancel'], by))
      .thenRejects('role.forbidden');
    given([created, set('desk', 'audit:read')])
      .when(setting('desk', [], by))
      .thenRejects('role.forbidden');
    given([created, set('desk', 'audit:read')])
      .when(settingAll({}, by))
      .thenRejects('role.forbidden');
    given([created, set('staff')])
      .when(settingAll({}, by))
      .thenRejects('role.forbidden');
  });

  it('that has a say over others is set, and taken from, by those who appoint managers alone', () => {
    const by = granted([...grantsOf('manager'), 'roles:write']);
    given([created])
      .when(setting('assistant', ['staff:write'], by))
      .thenRejects('role.forbidden');
    given([created])
      .when(setting('manager', [], by))
      .thenRejects('role.forbidden');
    given([created])
      .when(settingAll({ desk: ['staff:write'] }, by))
      .thenRejects('role.forbidden');
    given([created, set('manager')])
      .when(settingAll({}, by))
      .thenRejects('role.forbidden');
    given([created, set('desk', 'staff:write')])
      .when(settingAll({}, by))
      .thenRejects('role.forbidden');
    given([created])
      .when(setting('assistant', ['bookings:read'], by))
      .then([set('assistant', 'bookings:read')]);
  });

  it('may be called as what every object has', () => {
    given([created])
      .when(setting('constructor', ['business:read']))
      .then([set('constructor', 'business:read')]);
    given([created])
      .when(settingAll({ constructor: ['business:read'] }))
      .then([set('constructor', 'business:read')]);
  });

  it('that is left out goes, and stays what it was for who has it', () => {
    const before = [created, set('desk', 'bookings:*'), set('staff', 'business:read')];
    given(before)
      .when(settingAll({ chief: ['staff:*'] }))
      .then([removed('desk'), removed('staff'), set('chief', 'staff:*')]);
    const after = fold([...before, removed('desk'), removed('staff')]) as KnownBusiness;
    expect([isGiven('desk', after), isGiven('staff', after)]).toEqual([false, true]);
    expect(permits(grantsOf('desk', after), 'bookings:cancel')).toBe(true);
    expect(grantsOf('staff', after)).toEqual(grantsOf('staff'));
    const again = fold([...before, removed('desk'), set('desk')]) as KnownBusiness;
    expect([isGiven('desk', again), permits(grantsOf('desk', again), 'bookings:cancel')]).toEqual([true, false]);
  });

  it('is one of fifty at most', () => {
    const many = Array.from({ length: 50 }, (_, i) => set(`role_${i}`));
    given([created, ...many])
      .when(setting('desk', []))
      .thenRejects('role.too_many');
    given([created, ...many])
      .when(setting('role_7', ['audit:read']))
      .then([set('role_7', 'audit:read')]);
  });
});
