import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
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
export type TenantSource<State> = IdSource | AggregateSource<State>;

export interface AggregateSource<State> {
  // biome-ignore lint/suspicious/noExplicitAny: commands and events of the aggregate do not matter here
  readonly aggregate: Aggregate<State, any, any>;
  readonly id: IdSource;
}

/** Members of the business whose role has the permission pass; so does whom `orSelf` or `orRole` names. */
export interface PermissionRule<State = unknown> {
  /** `resource:action` */
  readonly permission: string;
  readonly tenant: TenantSource<State>;
  /** The location that the request is about, where that is what it is about. */
  readonly at?: IdSource;
  /** Whose own thing it is; asked of the state that `ofAggregate` loads. */
  readonly orSelf?: (state: State, user: Principal) => boolean;
  readonly orRole?: 'auditor';
}

export type AccessRule = AccessLevel | PermissionRule<never>;

export const ACCESS = 'yoyaku:access';

/**
 * Who may call the route. Every route has one; the application refuses to start otherwise. A stranger to a business is
 * told 404 as if it were not there, a member without the permission 403.
 */
export function Access<State>(rule: AccessLevel | PermissionRule<State>): MethodDecorator {
  const isPublic = rule === 'public';
  return applyDecorators(
    SetMetadata(ACCESS, rule),
    ApiExtension('x-access', typeof rule === 'string' ? rule : rule.permission),
    ...(isPublic ? [] : [ApiBearerAuth()]),
  ) as MethodDecorator;
}

export const inBody = (name: string): IdSource => ({ part: 'body', name });
export const inPath = (name: string): IdSource => ({ part: 'params', name });
export const inQuery = (name: string): IdSource => ({ part: 'query', name });

/** The business that an instance of the aggregate belongs to; `id` is a path parameter unless it says otherwise. */
export const ofAggregate = <State, C extends Message, E extends Message>(
  aggregate: Aggregate<State, C, E>,
  id: string | IdSource,
): AggregateSource<State> => ({ aggregate, id: typeof id === 'string' ? inPath(id) : id });
