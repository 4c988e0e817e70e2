import { ensure, isSame, type Uuid } from '@yoyaku/kernel';
import type { BusinessEvent } from './business.events';
import { type Grants, granted, grantsOf, isBuiltIn, mayGive, type OwnRoles, type RolesOfBusiness } from './permissions';

type Roles = RolesOfBusiness & { readonly businessId: Uuid };

const MOST_ROLES = 50;

/**
 * What a business gives to a role. Throws `role.fixed` for the owner's, which has every right so that nobody locks
 * themselves out; `role.forbidden` where the role may, or is to, do what whoever says so may not, or has a say over others and they do
 * not appoint managers; `role.too_many`.
 */
export function roleSet(business: Roles, role: string, permissions: readonly string[], by: Grants): BusinessEvent[] {
  ensure(role !== 'owner', 'role.fixed', { role });
  const current = Object.hasOwn(business.roles, role) ? business.roles[role] : undefined;
  if (current && isSame(current.toSorted(), permissions.toSorted())) return [];
  ensure(mayGive(by, granted(permissions)) && mayGive(by, grantsOf(role, business)), 'role.forbidden', { role });
  ensure(current || Object.keys(business.roles).length < MOST_ROLES, 'role.too_many', { limit: MOST_ROLES });
  return [{ type: 'RoleSet', data: { businessId: business.businessId, role, permissions } }];
}

/**
 * The roles that a business gives permissions to, in place of those before. What is left out goes: a role of its own is
 * not given any more, one that everybody has is again as everywhere. Throws as {@link roleSet}.
 */
export function rolesSet(business: Roles, roles: OwnRoles, by: Grants): BusinessEvent[] {
  ensure(Object.keys(roles).length <= MOST_ROLES, 'role.too_many', { limit: MOST_ROLES });
  const gone = Object.keys(business.roles).filter((role) => !Object.hasOwn(roles, role));
  const { businessId } = business;
  for (const role of gone) {
    const after = isBuiltIn(role) ? grantsOf(role) : granted([]);
    ensure(mayGive(by, after) && mayGive(by, grantsOf(role, business)), 'role.forbidden', { role });
  }
  const left = {
    ...business,
    roles: Object.fromEntries(Object.entries(business.roles).filter(([role]) => !gone.includes(role))),
  };
  return [
    ...gone.map((role): BusinessEvent => ({ type: 'RoleRemoved', data: { businessId, role } })),
    ...Object.entries(roles).flatMap(([role, permissions]) => roleSet(left, role, permissions, by)),
  ];
}

export const withRole = ({ roles, formerRoles }: RolesOfBusiness, role: string, permissions: readonly string[]) => ({
  roles: { ...roles, [role]: permissions },
  formerRoles: without(formerRoles, role),
});

export const withoutRole = ({ roles, formerRoles }: RolesOfBusiness, role: string): RolesOfBusiness => ({
  roles: without(roles, role),
  formerRoles: isBuiltIn(role) ? formerRoles : { ...formerRoles, [role]: roles[role] ?? [] },
});

/** Whether the business gives that role to people. */
export const isGiven = (role: string, { roles }: RolesOfBusiness): boolean =>
  isBuiltIn(role) || Object.hasOwn(roles, role);

const without = (roles: OwnRoles, role: string): OwnRoles => {
  const { [role]: _, ...others } = roles;
  return others;
};
