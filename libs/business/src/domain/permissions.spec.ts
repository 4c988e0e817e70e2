import { extentOf, PERMISSIONS, permits, ROLES } from './permissions';

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
    expect(extentOf(role, permission)).toBe(scope);
    expect(permits(role, permission)).toBe(scope !== null);
  });

  it('know no word that is not whole', () => {
    // @ts-expect-error: no permission, so no route can ask for it.
    expect(ROLES.filter((role) => permits(role, 'customers'))).toEqual([]);
    // @ts-expect-error: the same.
    expect(ROLES.filter((role) => permits(role, 'customers:read_o'))).toEqual([]);
  });

  it('of an owner are all that there are', () =>
    expect(PERMISSIONS.filter((permission) => extentOf('owner', permission) !== 'all')).toEqual([]));

  it('of a manager are all that concern bookings', () => {
    const ofBookings = PERMISSIONS.filter((permission) => permission.startsWith('bookings:'));
    expect(ofBookings.length).toBeGreaterThan(10);
    expect(ofBookings.filter((permission) => extentOf('manager', permission) !== 'all')).toEqual([]);
  });
});
