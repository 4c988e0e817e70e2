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

/** What each role may do unless the business says otherwise. */
const DEFAULTS: Readonly<Record<Role, ReadonlySet<string>>> = {
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

/** With what each `*` stands for. */
function granted(grants: readonly Grant[]): ReadonlySet<string> {
  return new Set(grants.flatMap((grant) => (grant.endsWith(':*') ? allOf(grant.split(':')[0] as Kind) : grant)));
}

/** How far the role's right to `resource:action` goes; `null` when it has none. */
export function extentOf(role: Role, permission: Permission): Extent | null {
  const grants = DEFAULTS[role];
  if (grants.has(permission) || grants.has(`${permission}_all`)) return 'all';
  return grants.has(`${permission}_own`) ? 'own' : null;
}

/** Whether the role has the right to `resource:action`, be it on its own things only. */
export const permits = (role: Role, permission: Permission): boolean => extentOf(role, permission) !== null;
