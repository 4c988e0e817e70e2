import { extentOf, granted, grantsOf, includes, PERMISSIONS, permits, ROLES } from './permissions';

describe('default permissions', () => {
  it.each([
    ['owner', 'business:write', 'all'],
    ['manager', 'business:write', null],
    ['manager', 'services:write', 'all'],
    ['staff', 'services:write', null],
    ['staff', 'staff:read', 'own'],
    ['sales_rep', 'customers:read', 'own'],
    ['sales_manager', 'customers:read', 'all'],
    ['assistant', 'bookings:cancel', null],
  ] as const)('%s, %s: %s', (role, permission, scope) => {
    expect(extentOf(grantsOf(role), permission)).toBe(scope);
    expect(permits(grantsOf(role), permission)).toBe(scope !== null);
  });

  it('know no word that is not whole', () => {
    // @ts-expect-error: no permission, so no route can ask for it.
    expect(ROLES.filter((role) => permits(grantsOf(role), 'customers'))).toEqual([]);
    // @ts-expect-error: the same.
    expect(ROLES.filter((role) => permits(grantsOf(role), 'customers:read_o'))).toEqual([]);
  });

  it('of an owner are all that there are', () =>
    expect(PERMISSIONS.filter((permission) => extentOf(grantsOf('owner'), permission) !== 'all')).toEqual([]));

  it('of a manager are all that concern bookings', () => {
    const ofBookings = PERMISSIONS.filter((permission) => permission.startsWith('bookings:'));
    expect(ofBookings.length).toBeGreaterThan(10);
    expect(ofBookings.filter((permission) => extentOf(grantsOf('manager'), permission) !== 'all')).toEqual([]);
  });
});

describe('permissions that a business gives', () => {
  const roles = {
    roles: { desk: ['bookings:*', 'customers:read_own'], staff: ['business:read'], owner: [] },
    formerRoles: { intern: ['business:read'] },
  };

  it('take the place of what a role may anywhere, but for the owner', () => {
    expect(extentOf(grantsOf('desk', roles), 'bookings:cancel')).toBe('all');
    expect(extentOf(grantsOf('desk', roles), 'customers:read')).toBe('own');
    expect(permits(grantsOf('staff', roles), 'bookings:read')).toBe(false);
    expect(permits(grantsOf('intern', roles), 'business:read')).toBe(true);
    expect(permits(grantsOf('owner', roles), 'business:write')).toBe(true);
    expect([...grantsOf('nobody', roles), ...grantsOf('constructor', roles), ...granted(['toString:*'])]).toEqual([]);
  });

  it('of what is assigned to nobody are none with `_own`', () => {
    const grants = granted(PERMISSIONS.map((permission) => `${permission}_own`));
    expect(PERMISSIONS.filter((permission) => permits(grants, permission))).toEqual([
      'staff:read',
      ...PERMISSIONS.filter((permission) => /^(customers|notes):/.test(permission)),
    ]);
  });

  it('are at most those of who gives them, as far as they go', () => {
    const desk = grantsOf('desk', roles);
    expect(includes(desk, granted(['bookings:read_own', 'customers:read_own']))).toBe(true);
    expect(includes(desk, granted(['customers:read']))).toBe(false);
    expect(includes(desk, granted(['customers:read_own', 'notes:read_own']))).toBe(false);
    expect(ROLES.filter((role) => !includes(grantsOf('owner'), grantsOf(role)))).toEqual([]);
    expect(ROLES.filter((role) => includes(grantsOf('manager'), grantsOf(role)))).not.toContain('owner');
  });
});
