import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import type { FastifyRequest } from 'fastify';

export type PlatformRole = 'user' | 'admin' | 'auditor';

/** An API key with which a machine acts for a business. */
interface UsedKey {
  readonly businessId: Uuid;
  /** The user who made it, who stands behind all that is done with it. */
  readonly madeBy: Uuid;
}

/** Who asks. The role is what it is now, not what it was when the token was given. */
export interface Principal {
  /** Of an API key its own id, which is no user's: nothing is about it. */
  readonly userId: Uuid;
  readonly sessionId: Uuid;
  readonly role: PlatformRole;
  /** Present where it is no person who asks. */
  readonly key?: UsedKey;
}

/** Who is meant where a rule is about a person: whoever made it, for a key. */
export const personOf = ({ userId, key }: Pick<Principal, 'userId' | 'key'>): Uuid => key?.madeBy ?? userId;

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

/** The signed-in user; on a public route `null` when nobody is: `@User() user: Principal`. */
export const User = createParamDecorator(
  (_: unknown, host: ExecutionContext) => host.switchToHttp().getRequest<FastifyRequest>().principal,
);
