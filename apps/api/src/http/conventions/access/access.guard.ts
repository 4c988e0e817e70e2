import { hash } from 'node:crypto';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { type AccessClaims, EmailVerification, EndedSessions, IdentityFacts, type KnownUser } from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { RateLimits } from '../limits/rate-limits';
import { Problem } from '../problems/problem';
import { ACCESS, type AccessLevel, type AccessRule } from './access';
import type { Principal } from './principal';
import { Rights } from './rights';
import { Tenants } from './tenants';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the bearer token says, when it is good. */
    claims: AccessClaims | null;
  }
}

/** Signatures need not be checked again; what may change meanwhile (the session, the user) is. */
const VERIFIED_TOKENS = 10_000;

/** Who is asking, how often they may, and whether they may do this: each route's {@link Access} rule. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  private readonly verified = new LRUCache<string, AccessClaims>({ max: VERIFIED_TOKENS });

  constructor(
    private readonly reflector: Reflector,
    private readonly users: IdentityFacts,
    private readonly verification: EmailVerification,
    private readonly ended: EndedSessions,
    private readonly limits: RateLimits,
    private readonly rights: Rights,
    private readonly tenants: Tenants,
  ) {
    super({ property: 'claims', session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const rule: AccessRule = this.reflector.get(ACCESS, context.getHandler());
    const refusal = await this.authenticate(context, request).then(() => undefined, asRefusal);
    this.limits.admit(context.getHandler(), request, http.getResponse());
    if (refusal && rule !== 'public') throw refusal;
    await this.tenants.fill(context, request);
    if (rule !== 'public') await this.authorize(request, rule, request.principal as Principal);
    return true;
  }

  override handleRequest<Claims>(_error: unknown, claims: Claims | false, info?: Error): Claims {
    if (claims) return claims;
    throw unauthorized(info?.name === 'TokenExpiredError' ? 'auth.token_expired' : 'auth.token_invalid');
  }

  /** Sets `request.principal`. Throws 401. */
  private async authenticate(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    const { authorization } = request.headers;
    if (!authorization) throw unauthorized('auth.token_missing');
    const claims = await this.claimsOf(context, request, hash('sha256', authorization, 'base64'));
    if (claims.exp * 1000 <= Date.now()) throw unauthorized('auth.token_expired');
    if (this.ended.has(claims.sid)) throw unauthorized('auth.session_ended');
    const user = await this.activeUser(claims);
    if (!user) throw unauthorized('auth.token_invalid');
    request.principal = { userId: user.userId, sessionId: claims.sid, role: user.role };
  }

  private async claimsOf(context: ExecutionContext, request: FastifyRequest, token: string): Promise<AccessClaims> {
    const known = this.verified.get(token);
    if (known) return known;
    await super.canActivate(context);
    const claims = request.claims as AccessClaims;
    this.verified.set(token, claims);
    return claims;
  }

  private async activeUser({ sub }: AccessClaims): Promise<KnownUser | undefined> {
    const known = await this.users.user(sub);
    const user = known.status === 'none' ? await this.users.user(sub, { fresh: true }) : known;
    return user.status === 'active' ? user : undefined;
  }

  private async authorize(request: FastifyRequest, rule: AccessRule, principal: Principal): Promise<void> {
    if (typeof rule !== 'string') return this.rights.ensure(rule, request, principal);
    if (rule === 'user' || principal.role === 'admin') return;
    const passes = async (fresh: boolean) => this.satisfies(rule, await this.users.user(principal.userId, { fresh }));
    if ((await passes(false)) || (await passes(true))) return;
    throw new Problem(403, rule === 'verified' ? 'identity.email_not_verified' : 'access.forbidden');
  }

  private satisfies(level: AccessLevel, user: Awaited<ReturnType<IdentityFacts['user']>>): boolean {
    if (user.status !== 'active') return false;
    if (level === 'verified') return this.verification.isSatisfiedBy(user);
    return user.role === 'admin' || (level === 'auditor' && user.role === 'auditor');
  }
}

function asRefusal(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

const unauthorized = (code: string): Problem =>
  new Problem(401, code, {
    headers: { 'www-authenticate': code === 'auth.token_missing' ? 'Bearer' : 'Bearer error="invalid_token"' },
  });
