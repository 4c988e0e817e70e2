import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';

export type PlatformRole = 'user' | 'admin' | 'auditor';

/** Who is signed in. The role is what it is now, not what it was when the token was given. */
export interface Principal {
  readonly userId: Uuid;
  readonly sessionId: Uuid;
  readonly role: PlatformRole;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** The signed-in user; on a public route `null` when nobody is: `@User() user: Principal`. */
export const User = createParamDecorator(
  (_: unknown, host: ExecutionContext) => host.switchToHttp().getRequest<FastifyRequest>().principal,
);
