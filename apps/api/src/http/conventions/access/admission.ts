import { Injectable } from '@nestjs/common';
import type { Scope } from '@yoyaku/access';
import { grant } from '@yoyaku/access/grant';
import type { Load } from '@yoyaku/eventing';
import { type AccessClaims, EmailVerification, EndedSessions, IdentityFacts, type KnownUser } from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem';
import { problemOf } from '../problems/problem.filter';
import { type AccessLevel, type AccessRule, isOpen } from './access';
import { ensureForKeys, KeyAdmission } from './key-admission';
import { type Principal, personOf } from './principal';
import { Rights } from './rights';
import { unauthorized } from './unauthorized';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the bearer token says, when it is good. */
    claims: AccessClaims | null;
    /** Of the route. */
    rule: AccessRule | null;
  }
}

/** Who a good token is for just now, and whether a rule lets them pass. */
@Injectable()
export class Admission {
  constructor(
    private readonly users: IdentityFacts,
    private readonly verification: EmailVerification,
    private readonly ended: EndedSessions,
    private readonly rights: Rights,
    private readonly keys: KeyAdmission,
  ) {}

  /** Throws 401 when the token has expired, its session has ended, or its user is not there any more. */
  async principalOf({ sub, sid, exp }: AccessClaims): Promise<Principal> {
    if (exp * 1000 <= Date.now()) throw unauthorized('auth.token_expired');
    if (this.ended.has(sid)) throw unauthorized('auth.session_ended');
    const user = await this.activeUser(sub);
    if (!user) throw unauthorized('auth.token_invalid');
    return { userId: user.userId, sessionId: sid, role: user.role };
  }

  /** How far the right goes of who asks. Throws 403, or 404 to a stranger to the business. */
  async scopeFor(rule: AccessRule, request: FastifyRequest, principal: Principal | null): Promise<Scope> {
    if (principal?.key) ensureForKeys(rule, request);
    if (typeof rule !== 'string') {
      if ('verified' in rule && rule.verified) await this.ensureLevel('verified', principal as Principal);
      return this.rights.scopeOf(rule, request, principal);
    }
    if (rule === 'public' || rule === 'listed') return grant('public', { kind: rule === 'listed' ? 'listed' : 'none' });
    const { userId, role } = principal as Principal;
    await this.ensureLevel(rule, principal as Principal);
    if (rule === 'admin' || rule === 'auditor')
      return grant(rule === 'auditor' && role !== 'admin' ? 'auditor' : 'platform', { kind: 'all' });
    return grant('self', { kind: 'own', userId, businessId: null, locationIds: [] });
  }

  private async ensureLevel(level: AccessLevel, user: Principal): Promise<void> {
    if (level === 'anybody' || level === 'user' || user.role === 'admin') return;
    const passes = async (load: Load) => this.satisfies(level, await this.users.user(personOf(user), load));
    if ((await passes('maxStale')) || (await passes('requireLoad'))) return;
    throw new Problem(403, level === 'verified' ? 'identity.email_not_verified' : 'access.forbidden');
  }

  /**
   * The code with which a request that was let in would be refused now; undefined where it would be let in, in the same
   * role. What cannot be told is refused.
   */
  async refusalNow(request: FastifyRequest): Promise<string | undefined> {
    const { claims, rule, principal: before } = request;
    if ((!claims && !before?.key) || !rule) return rule !== null && isOpen(rule) ? undefined : 'access.forbidden';
    try {
      const principal = await (claims ? this.principalOf(claims) : this.keys.again((before as Principal).userId));
      await this.scopeFor(rule, request, principal);
      return principal.role === before?.role ? undefined : 'access.forbidden';
    } catch (error) {
      return problemOf(error).code;
    }
  }

  private async activeUser(id: string): Promise<KnownUser | undefined> {
    const known = await this.users.user(id);
    const user = known.status === 'none' ? await this.users.user(id, 'requireLoad') : known;
    return user.status === 'active' ? user : undefined;
  }

  private satisfies(level: AccessLevel, user: Awaited<ReturnType<IdentityFacts['user']>>): boolean {
    if (user.status !== 'active') return false;
    if (level === 'verified') return this.verification.isSatisfiedBy(user);
    return user.role === 'admin' || (level === 'auditor' && user.role === 'auditor');
  }
}
