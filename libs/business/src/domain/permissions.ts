/** Those that every business has; it may give them other permissions, but for the owner's, and have roles of its own. */
export const ROLES = ['owner', 'manager', 'staff', 'assistant', 'sales_rep', 'sales_manager'] as const;
export type Role = (typeof ROLES)[number];

/** `all` that belongs to the business, or the `own`: what is assigned to the member. */
export type Extent = 'all' | 'own';

/** What may be done with each kind of thing. */
const ACTIONS = {
  business: ['read', 'write'],
  locations: ['write'],
  staff: ['read', 'write', 'appoint_managers'],
  schedules: ['read', 'write'],
  services: ['write'],
  resources: ['write'],
  policies: ['read', 'write'],
  bookings: [
    'read',
    'create',
    'update',
    'confirm',
    'decline',
    'check_in',
    'complete',
    'no_show',
    'correct',
    'reschedule',
    'cancel',
    'undo_cancel',
    'assign',
  ],
  availability: ['explain'],
  blocks: ['read', 'write'],
  customers: ['read', 'write', 'delete', 'erase', 'export'],
  notes: ['read', 'write'],
  roles: ['read', 'write'],
  api_keys: ['read', 'write'],
  audit: ['read'],
} as const;

type Kind = keyof typeof ACTIONS;

/** `resource:action` */
export type Permission = { [K in Kind]: `${K}:${(typeof ACTIONS)[K][number]}` }[Kind];

const allOf = (kind: Kind): Permission[] => ACTIONS[kind].map((action) => `${kind}:${action}` as Permission);

/** All that there are. */
export const PERMISSIONS: readonly Permission[] = (Object.keys(ACTIONS) as Kind[]).flatMap(allOf);

/** `resource:*` is every action on all things of that kind, also one that comes later. */
type Grant = Permission | `${Permission}_${Extent}` | `${Kind}:*`;

/** All that may be given. */
export const GRANTS: readonly Grant[] = [
  ...(Object.keys(ACTIONS) as Kind[]).map((kind) => `${kind}:*` as const),
  ...PERMISSIONS.flatMap((permission) => [permission, `${permission}_own`, `${permission}_all`] as const),
];

/** Who may do what is for people to say: keys of machines have no part in it. */
const FOR_PEOPLE: ReadonlySet<string> = new Set<Kind>(['staff', 'roles', 'api_keys']);

/** All that an API key may be given. */
export const KEY_GRANTS: readonly Grant[] = GRANTS.filter((grant) => !FOR_PEOPLE.has(grant.split(':')[0] as string));

/** What somebody may do, with each `*` written out. */
export type Grants = ReadonlySet<string>;

/** By role: what a business has given to it. */
export type OwnRoles = Readonly<Record<string, readonly string[]>>;

/** What each role may do unless the business says otherwise. */
const DEFAULTS: Readonly<Record<Role, Grants>> = {
  owner: new Set(PERMISSIONS),
  manager: granted([
    'business:read',
    'staff:read_all',
    'staff:write',
    'schedules:*',
    'services:*',
    'resources:*',
    'policies:read',
    'bookings:*',
    'availability:*',
    'blocks:*',
    'customers:read_all',
    'customers:write_all',
    'customers:delete',
    'notes:*',
    'audit:read',
  ]),
  staff: granted([
    'business:read',
    'staff:read_own',
    'schedules:read',
    'policies:read',
    'bookings:read_all',
    'bookings:create',
    'bookings:update',
    'bookings:confirm',
    'bookings:assign',
    'bookings:decline',
    'bookings:check_in',
    'bookings:complete',
    'bookings:no_show',
    'bookings:reschedule',
    'bookings:cancel',
    'availability:explain',
    'blocks:*',
    'customers:read_all',
    'customers:write_all',
    'notes:*',
  ]),
  assistant: granted([
    'business:read',
    'staff:read_own',
    'schedules:read',
    'policies:read',
    'bookings:read_all',
    'bookings:create',
    'bookings:check_in',
    'customers:read_all',
    'notes:read_all',
  ]),
  sales_rep: granted([
    'business:read',
    'staff:read_own',
    'customers:read_own',
    'customers:write_own',
    'notes:read_own',
    'notes:write_own',
  ]),
  sales_manager: granted(['business:read', 'staff:read_own', 'customers:read_all', 'customers:write_all', 'notes:*']),
};

/** With what each `*` stands for. A kind that this build does not know stands for nothing. */
export function granted(grants: readonly string[]): Grants {
  return new Set(
    grants.flatMap((grant) => {
      const kind = grant.endsWith(':*') && grant.slice(0, -':*'.length);
      if (kind === false) return grant;
      return Object.hasOwn(ACTIONS, kind) ? allOf(kind as Kind) : [];
    }),
  );
}

export const isBuiltIn = (role: string): role is Role => (ROLES as readonly string[]).includes(role);

/** What is done with things that are assigned to members. Of others nothing is a member's own, and `_own` no right. */
const isAssigned = (permission: Permission): boolean =>
  permission === 'staff:read' || permission.startsWith('customers:') || permission.startsWith('notes:');

/** How far the right to `resource:action` goes; `null` where there is none. */
export function extentOf(grants: Grants, permission: Permission): Extent | null {
  if (grants.has(permission) || grants.has(`${permission}_all`)) return 'all';
  return grants.has(`${permission}_own`) && isAssigned(permission) ? 'own' : null;
}

/** Whether there is the right to `resource:action`, be it on one's own things only. */
export const permits = (grants: Grants, permission: Permission): boolean => extentOf(grants, permission) !== null;

/** Whether whoever has these has each of those, as far as it goes: what somebody has not, they give to nobody. */
export const includes = (grants: Grants, others: Grants): boolean =>
  PERMISSIONS.every((permission) => {
    const other = extentOf(others, permission);
    return other === null || extentOf(grants, permission) === 'all' || extentOf(grants, permission) === other;
  });

/** What both may do, each only as far as both may. */
export function common(one: Grants, other: Grants): Grants {
  return new Set(
    PERMISSIONS.flatMap((permission) => {
      const extents = [extentOf(one, permission), extentOf(other, permission)];
      if (extents.includes(null)) return [];
      return extents.includes('own') ? `${permission}_own` : permission;
    }),
  );
}

/**
 * Whether whoever has these may give those to others, or take them away: nobody gives what they have not, and whoever has
 * a say over others is the business of those who appoint managers.
 */
export const mayGive = (by: Grants, others: Grants): boolean =>
  includes(by, others) && (!permits(others, 'staff:write') || permits(by, 'staff:appoint_managers'));

/**
 * What a role may do in a business: what the business gave it, else what it may anywhere. One that was taken from the
 * list still is what it was, for who has it.
 */
export function grantsOf(role: string, { roles, formerRoles }: RolesOfBusiness = NO_ROLES): Grants {
  if (role === 'owner') return DEFAULTS.owner;
  const own = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (own) return granted(own);
  if (isBuiltIn(role)) return DEFAULTS[role];
  return granted((Object.hasOwn(formerRoles, role) && formerRoles[role]) || []);
}

export interface RolesOfBusiness {
  readonly roles: OwnRoles;
  /** Roles of its own that it does not give any more. */
  readonly formerRoles: OwnRoles;
}

export const NO_ROLES: RolesOfBusiness = { roles: {}, formerRoles: {} };
