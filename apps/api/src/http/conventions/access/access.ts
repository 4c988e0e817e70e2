import type { Aggregate, Message } from '@yoyaku/kernel';
import type { Principal } from './principal';

/**
 * `verified` is a signed-in user whose e-mail address is verified, where the installation asks for that; platform
 * admins pass everywhere.
 */
export type AccessLevel = 'public' | 'user' | 'verified' | 'auditor' | 'admin';

/** Where a request names something by its id. */
export interface IdSource {
  readonly part: 'body' | 'params' | 'query';
  readonly name: string;
}

/** Where a request names the business it is about: directly, or through something that belongs to the business. */
// biome-ignore lint/suspicious/noExplicitAny: a rule is asked about the state of its own aggregate only
export type TenantSource<State = any> = IdSource | AggregateSource<State>;

export interface AggregateSource<State> {
  // biome-ignore lint/suspicious/noExplicitAny: commands and events of the aggregate do not matter here
  readonly aggregate: Aggregate<State, any, any>;
  readonly id: IdSource;
}

/** Members of the business whose role has the permission pass; so does whom `orSelf` or `orRole` names. */
// biome-ignore lint/suspicious/noExplicitAny: as for TenantSource
export interface PermissionRule<State = any> {
  /** `resource:action` */
  readonly permission: string;
  readonly tenant: TenantSource<State>;
  /** The location that the request is about, where that is what it is about. */
  readonly at?: IdSource;
  /** Whose own thing it is; asked of the state that `ofAggregate` loads. */
  readonly orSelf?: (state: State, user: Principal) => boolean;
  readonly orRole?: 'auditor';
}

/**
 * Who may call a route. A stranger to a business is told 404 as if it were not there, a member without the permission
 * 403.
 */
export type AccessRule = AccessLevel | PermissionRule;

export const inBody = (name: string): IdSource => ({ part: 'body', name });
export const inPath = (name: string): IdSource => ({ part: 'params', name });
export const inQuery = (name: string): IdSource => ({ part: 'query', name });

/** The business that an instance of the aggregate belongs to; `id` is a path parameter unless it says otherwise. */
export const ofAggregate = <State, C extends Message, E extends Message>(
  aggregate: Aggregate<State, C, E>,
  id: string | IdSource,
): AggregateSource<State> => ({ aggregate, id: typeof id === 'string' ? inPath(id) : id });
