import { PLATFORM, type Uuid } from '@yoyaku/kernel';

/** Scopes have this mark and nothing else can: only `grant.ts` makes them. */
declare const granted: unique symbol;

/** How far a right goes. */
export type Reach =
  /** Every business, and the platform itself. */
  | { readonly kind: 'all' }
  | { readonly kind: 'business'; readonly businessId: Uuid }
  /** What is at these locations of the business, and what is at none in particular. */
  | { readonly kind: 'locations'; readonly businessId: Uuid; readonly locationIds: readonly Uuid[] }
  /**
   * What is the user's own, of that business or (with `null`) of any. To a member of the business that is what is
   * assigned to them, as far as their locations go; to everybody else what is about them.
   */
  | {
      readonly kind: 'own';
      readonly userId: Uuid;
      readonly businessId: Uuid | null;
      readonly locationIds: readonly Uuid[];
    }
  /** What everybody may see of the businesses that take bookings. */
  | { readonly kind: 'listed' }
  | { readonly kind: 'none' };

/** In what capacity somebody asks: an auditor reads as the platform does, and changes nothing. */
export type Capacity = 'platform' | 'auditor' | 'business' | 'self' | 'public';

/**
 * How far the right of who asks goes, and in what capacity they ask. A query shows what is in it, a command changes
 * what is in it. The access rule of a route leads to it; nobody else can make one.
 */
export type Scope = Reach & { readonly as: Capacity; readonly [granted]: true };

/** The locations that the scope is limited to; empty: no limits. */
export const locationsOf = (scope: Scope): readonly Uuid[] => ('locationIds' in scope ? scope.locationIds : []);

/** The one business that the scope is about, if it is about one. */
export const businessOf = (scope: Scope): Uuid | null => ('businessId' in scope ? scope.businessId : null);

/** Whether streams of that tenant may be changed in the scope. What is the platform's belongs to no other business. */
export function covers(scope: Scope, tenant: string): boolean {
  if (tenant === PLATFORM) return true;
  if (scope.kind === 'all') return scope.as === 'platform';
  return businessOf(scope) === tenant && scope.as !== 'auditor' && scope.as !== 'public';
}
