export const ROLES = ['owner', 'manager', 'staff', 'assistant', 'sales_rep', 'sales_manager'] as const;
export type Role = (typeof ROLES)[number];

/** `all` that belongs to the business, or the `own`: what is assigned to the member. */
export type Scope = 'all' | 'own';

const MANAGER = [
  'business:read',
  'staff:read_all',
  'staff:write',
  'schedules:read',
  'schedules:write',
  'services:write',
  'resources:write',
  'policies:read',
  'bookings:read_all',
  'bookings:create',
  'bookings:update',
  'bookings:confirm',
  'bookings:decline',
  'bookings:check_in',
  'bookings:complete',
  'bookings:no_show',
  'bookings:reschedule',
  'bookings:cancel',
  'bookings:undo_cancel',
  'availability:explain',
  'blocks:read',
  'blocks:write',
  'customers:read_all',
  'customers:write_all',
  'customers:delete',
  'notes:read_all',
  'notes:write_all',
  'audit:read',
] as const;

const STAFF = [
  'business:read',
  'staff:read_own',
  'schedules:read',
  'policies:read',
  'bookings:read_all',
  'bookings:create',
  'bookings:update',
  'bookings:confirm',
  'bookings:decline',
  'bookings:check_in',
  'bookings:complete',
  'bookings:no_show',
  'bookings:reschedule',
  'bookings:cancel',
  'availability:explain',
  'blocks:read',
  'blocks:write',
  'customers:read_all',
  'customers:write_all',
  'notes:read_all',
  'notes:write_all',
] as const;

/** What each role may do unless the business says otherwise: `resource:action[_own|_all]`. */
const DEFAULTS: Readonly<Record<Role, ReadonlySet<string>>> = {
  owner: new Set([
    ...MANAGER,
    'business:write',
    'locations:write',
    'staff:appoint_managers',
    'policies:write',
    'customers:erase',
    'customers:export',
  ]),
  manager: new Set(MANAGER),
  staff: new Set(STAFF),
  assistant: new Set([
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
  sales_rep: new Set([
    'business:read',
    'staff:read_own',
    'customers:read_own',
    'customers:write_own',
    'notes:read_own',
    'notes:write_own',
  ]),
  sales_manager: new Set([
    'business:read',
    'staff:read_own',
    'customers:read_all',
    'customers:write_all',
    'notes:read_all',
    'notes:write_all',
  ]),
};

/** How far the role's right to `resource:action` goes; `null` when it has none. */
export function scopeOf(role: Role, permission: string): Scope | null {
  const granted = DEFAULTS[role];
  if (granted.has(permission) || granted.has(`${permission}_all`)) return 'all';
  return granted.has(`${permission}_own`) ? 'own' : null;
}

/** Whether the role has the right to `resource:action`, be it on its own things only. */
export const permits = (role: Role, permission: string): boolean => scopeOf(role, permission) !== null;
