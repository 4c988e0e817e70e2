import { permits, ROLES, scopeOf } from './permissions';

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
    expect(scopeOf(role, permission)).toBe(scope);
    expect(permits(role, permission)).toBe(scope !== null);
  });

  it('know no word that is not whole', () =>
    expect(ROLES.filter((role) => permits(role, 'customers') || permits(role, 'customers:read_o'))).toEqual([]));
});
