import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { epochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import type { KnownUser } from '../domain/user.decider';

/** In seconds. */
export const ACCESS_TOKEN_LIFETIME = 15 * 60;
export const TOKEN_ALGORITHM = 'HS256';
export const TOKEN_ISSUER = 'yoyaku';

/** The content of an access token. It holds no rights: they are looked up with every request. */
export interface AccessClaims {
  readonly sub: Uuid;
  /** The session: when it ends, its access tokens are refused too. */
  readonly sid: Uuid;
  readonly email: string | null;
  readonly role: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

@Injectable()
export class AccessTokens {
  constructor(private readonly jwt: JwtService) {}

  /** A token that is valid from that moment on. The same arguments give the same token. */
  issue({ userId, email, role }: KnownUser, sessionId: Uuid, at: Instant): Promise<string> {
    const claims = { sub: userId, sid: sessionId, email, role } satisfies Omit<AccessClaims, 'exp'>;
    return this.jwt.signAsync({ ...claims, iat: Math.floor(epochMs(at) / 1000) });
  }
}
