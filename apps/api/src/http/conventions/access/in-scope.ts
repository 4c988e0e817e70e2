import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { Scope } from '@yoyaku/access';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What came of the route's rule of access. */
    scope: Scope | null;
  }
}

/** How far the right goes of who asks, for the query that the handler makes: `@InScope() scope: Scope`. */
const givesScope = (_: unknown, host: ExecutionContext): Scope => grantedScope(host);
export const InScope = createParamDecorator(givesScope);

export function grantedScope(host: ExecutionContext): Scope {
  const { scope } = host.switchToHttp().getRequest<FastifyRequest>();
  if (!scope) throw new Error('The guard gave no scope');
  return scope;
}

/** How `@Ctx()` comes by what it gives: commands take their scope with their context. */
const carriers = new Set<unknown>([givesScope]);
export const carriesScope = <Factory>(factory: Factory): Factory => {
  carriers.add(factory);
  return factory;
};

/** Whether a handler is given the scope, by itself or in the context of its command. */
export function takesScope(controller: object, method: string): boolean {
  const args: Readonly<Record<string, { readonly factory?: unknown }>> =
    Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {};
  return Object.values(args).some(({ factory }) => carriers.has(factory));
}
