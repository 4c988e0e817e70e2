import type { Uuid } from '@yoyaku/kernel';
import { type Grants, type Permission, permits } from './permissions';

/** What somebody is in a business. */
export interface Standing {
  readonly role: string;
  /** What they may do: their role's permissions, and what was given to them besides. */
  readonly grants: Grants;
  /** The locations that the role is for; empty: the whole business. Who has any is a limited member. */
  readonly locationIds: readonly Uuid[];
}

/** At which locations a thing is; none: nowhere in particular. `null`: limits do not concern it, as with customers. */
export type Places = readonly Uuid[] | null;

/** What concerns every location at once. A limited member may not do it, unless it turns out to be at their places. */
const OF_THE_WHOLE: ReadonlySet<Permission> = new Set([
  'api_keys:read',
  'api_keys:write',
  'audit:read',
  'business:write',
  'customers:erase',
  'customers:export',
  'locations:write',
  'policies:write',
  'roles:write',
]);

const READING: ReadonlySet<string> = new Set(['read', 'explain']);

/**
 * Why somebody may not do this to what is at those places; `null` when they may. A limited member reads what is at one
 * of their locations or nowhere in particular, and changes only what is nowhere but at their locations. `unseen` is
 * what they may not even know of.
 */
export function refusalOf(
  { grants, locationIds }: Standing,
  permission: Permission,
  places: Places,
): 'unseen' | 'forbidden' | null {
  const isLimited = locationIds.length > 0;
  const isTheirs = (id: Uuid): boolean => locationIds.includes(id);
  if (isLimited && places && places.length > 0 && !places.some(isTheirs)) return 'unseen';
  if (!permits(grants, permission)) return 'forbidden';
  if (!isLimited) return null;
  if (places === null) return OF_THE_WHOLE.has(permission) ? 'forbidden' : null;
  const reads = READING.has(permission.split(':')[1] ?? '');
  return reads || (places.length > 0 && places.every(isTheirs)) ? null : 'forbidden';
}
