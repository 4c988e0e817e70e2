import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What came of the route's rule of access. */
    scope: Scope | null;
  }
}

/** How far the right goes of who asks, for the query that the handler makes: `@InScope() scope: Scope`. */
export const InScope = createParamDecorator((_: unknown, host: ExecutionContext) => scopeOf(host));

export function scopeOf(host: ExecutionContext): Scope {
  const { scope } = host.switchToHttp().getRequest<FastifyRequest>();
  if (!scope) throw new Error('The guard gave no scope');
  return scope;
}
