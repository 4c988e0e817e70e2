import type { Permission } from '@yoyaku/business';
import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal';

/**
 * `user` is a signed-in user, `anybody` also an API key; `verified` is a signed-in user whose e-mail address is verified, where the installation asks for that; platform
 * admins pass everywhere. `listed` is as open as `public`, and its scope is what is listed of businesses that take bookings.
 */
export type AccessLevel = 'public' | 'listed' | 'anybody' | 'user' | 'verified' | 'auditor' | 'admin';

/** Where a request names something by its id. */
export interface IdSource {
  readonly part: 'body' | 'params' | 'query';
  readonly name: string;
}

/** A thing that belongs to a business, and where the request names it; what is known of its kind says `Things`. */
export interface ThingSource {
  readonly kind: string;
  readonly id: IdSource;
  /** Where the kind is `entity`: where the request names what that is. */
  readonly category?: IdSource;
  /** What a stranger is told is not there, where it is not the kind. */
  readonly calledAs?: string;
}

/** What a request is about: a business that it names, or a thing of a business. */
export type Source = IdSource | ThingSource;

/**
 * Whether somebody passes for themselves, with what is their own as scope:
 * `first`, if the thing is about them, whatever they are in the business;
 * `else`, if the thing is about them and they have no right in the business;
 * `always`, as `first`, and where they have no right what is shown is at least their own;
 * `only`, whatever rights they have, as nobody else is concerned;
 * `never`;
 * `barred`: not even as a member of the business, as they would do themselves a favour in its name. The business's owner
 * may, as there may be nobody else.
 */
export type Self = 'first' | 'else' | 'always' | 'only' | 'never' | 'barred';

/** Members of the business whose role has the permission pass, and who else is named. */
export interface PermissionRule {
  readonly permission: Permission;
  readonly of: Source;
  /** The location that the request is about, where that is what it is about. */
  readonly at?: IdSource;
  /** The location or locations where something is put: a member who is limited to others puts nothing there. */
  readonly puts?: IdSource;
  readonly self?: Self | ((request: FastifyRequest, user: Pick<Principal, 'userId'>) => Self);
  /** A user to whom the thing is offered counts as the one whom it is about. */
  readonly orInvited?: boolean;
  /** Platform auditors, or everybody if the business takes bookings. */
  readonly or?: 'auditor' | 'public';
  /** Also needs the level `verified`. */
  readonly verified?: boolean;
  /** Not for API keys: what comes of it is somebody's own, or cannot be undone. */
  readonly forPeople?: true;
}

/** Everybody passes where the business takes bookings, its people before that; without one, what is listed is shown. */
export interface VisibilityRule {
  readonly visible: Source;
}

/**
 * Who may call a route, and how far their right goes: what comes of it is a `Scope`. A stranger to a business is told 404
 * as if it were not there, a member without the permission 403.
 */
export type AccessRule = AccessLevel | PermissionRule | VisibilityRule;

export const inBody = (name: string): IdSource => ({ part: 'body', name });
export const inPath = (name: string): IdSource => ({ part: 'params', name });
export const inQuery = (name: string): IdSource => ({ part: 'query', name });

/** The thing of that kind (by an aggregate: what its streams hold); `id` is a path parameter unless it says otherwise. */
export const ofThing = (
  kind: string | { readonly category: string },
  id: string | IdSource,
  calledAs?: string,
): ThingSource => ({
  kind: typeof kind === 'string' ? kind : kind.category,
  id: typeof id === 'string' ? inPath(id) : id,
  calledAs,
});

/** Whatever a stream holds, by its category and id in the path. */
export const ofEntity = (calledAs: string): ThingSource => ({
  kind: 'entity',
  category: inPath('entity'),
  id: inPath('entityId'),
  calledAs,
});

/** What the request is about by its rule; undefined for a rule that is about no business. */
export const sourceOf = (rule: AccessRule): Source | undefined => {
  if (typeof rule === 'string') return undefined;
  return 'visible' in rule ? rule.visible : rule.of;
};

/** Whether anybody may call the route without signing in. */
export const isOpen = (rule: AccessRule): boolean =>
  rule === 'public' || rule === 'listed' || (typeof rule === 'object' && ('visible' in rule || rule.or === 'public'));

/** What a stranger is told is not there. */
export const calledOf = (source: Source): string => ('kind' in source ? (source.calledAs ?? source.kind) : 'business');

/** The codes with which the rule itself refuses, beside those that it shares with every rule. */
export function ruleRefusals(rule: AccessRule): string[] {
  const source = sourceOf(rule);
  return [
    ...(source ? [`${calledOf(source)}.not_found`] : []),
    ...(typeof rule === 'object' && 'at' in rule ? ['location.not_found'] : []),
    ...(typeof rule === 'object' && 'puts' in rule ? ['location.unknown'] : []),
    ...(typeof rule === 'object' && 'self' in rule && rule.self === 'barred' ? ['access.own'] : []),
  ];
}
