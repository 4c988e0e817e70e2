import { hash } from 'node:crypto';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type AccessClaims, StreamTickets } from '@yoyaku/identity';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { Idempotency, type StoredAnswer } from '../commands/idempotency';
import { keyedRequest } from '../commands/keyed-request';
import { RateLimits } from '../limits/rate-limits';
import { Problem } from '../problems/problem';
import { MinPosition } from '../queries/min-position';
import { type QueryRoute, routeOf } from '../routes';
import { SAFE } from '../safe-methods';
import { isOpen, sourceOf } from './access';
import { Admission } from './admission';
import { KeyAdmission, keyIn } from './key-admission';
import { Tenants } from './tenants';
import { RECORDED } from './things';
import { unauthorized } from './unauthorized';

/** Signatures need not be checked again; what may change meanwhile (the session, the user) is. */
const VERIFIED_TOKENS = 10_000;

/** Who is asking, how often they may, and whether they may do this: each route's rule of access. */
@Injectable()
export class AccessGuard extends AuthGuard('jwt') {
  private readonly verified = new LRUCache<string, AccessClaims>({ max: VERIFIED_TOKENS });

  constructor(
    private readonly admission: Admission,
    private readonly limits: RateLimits,
    private readonly tenants: Tenants,
    private readonly minPosition: MinPosition,
    private readonly idempotency: Idempotency,
    private readonly tickets: StreamTickets,
    private readonly keys: KeyAdmission,
  ) {
    super({ property: 'claims', session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const route = routeOf(context.getHandler()) as QueryRoute;
    const { access: rule } = route;
    request.rule = rule;
    const refusal = await this.authenticate(context, request, route).then(() => undefined, asRefusal);
    this.limits.admit(context.getHandler(), request, http.getResponse());
    if (refusal && !isOpen(rule)) throw refusal;
    await this.tenants.fill(context, request);
    if (!isOpen(rule)) await this.tenants.ensureArea(request);
    await this.awaitRecorded(route, request);
    try {
      request.scope = await this.admission.scopeFor(rule, request, request.principal);
      this.tenants.ensureOne(request);
    } catch (refusal) {
      const first = await this.firstAnswer(request, context.getHandler());
      if (!first || (first.body !== '' && !isAboutForm(refusal))) throw refusal;
      request.firstAnswer = first;
    }
    return true;
  }

  override handleRequest<Claims>(_error: unknown, claims: Claims | false, info?: Error): Claims {
    if (claims) return claims;
    throw unauthorized(info?.name === 'TokenExpiredError' ? 'auth.token_expired' : 'auth.token_invalid');
  }

  /**
   * Whoever repeats a request with its key is told what they were told, also where a check of its form came later. Where
   * they have lost the right since, what was told is theirs no more: they are told only that it was done.
   */
  private firstAnswer(request: FastifyRequest, handler: object): Promise<StoredAnswer | undefined> | undefined {
    const keyed = SAFE.has(request.method) ? undefined : keyedRequest(request, handler);
    return keyed && this.idempotency.answerTo(keyed.id, keyed.hashes);
  }

  /** Who owns an entry of the audit log is known from a read model alone, so that is waited for as the request asks. */
  private async awaitRecorded({ access, reads = [] }: QueryRoute, request: FastifyRequest): Promise<void> {
    const source = sourceOf(access);
    if (source && 'kind' in source && RECORDED.has(source.kind))
      await this.minPosition.await(request, reads, async () => undefined);
  }

  /** Sets `request.principal`, and `request.claims` unless an API key is used. Throws 401. */
  private async authenticate(
    context: ExecutionContext,
    request: FastifyRequest,
    { access, takesTicket }: QueryRoute,
  ): Promise<void> {
    const { authorization } = request.headers;
    const { ticket } = request.query as { readonly ticket?: unknown };
    const key = authorization && keyIn(authorization);
    if (key) {
      request.principal = await this.keys.principalOf(key, access, request);
      return;
    }
    if (authorization) await this.readToken(context, request, authorization);
    else if (takesTicket && typeof ticket === 'string') request.claims = await this.claimsOf(ticket);
    else throw unauthorized('auth.token_missing');
    request.principal = await this.admission.principalOf(request.claims as AccessClaims);
  }

  private async readToken(context: ExecutionContext, request: FastifyRequest, authorization: string): Promise<void> {
    const token = hash('sha256', authorization, 'base64');
    const known = this.verified.get(token);
    if (known) request.claims = known;
    else {
      await super.canActivate(context);
      this.verified.set(token, request.claims as AccessClaims);
    }
  }

  private async claimsOf(ticket: string): Promise<AccessClaims> {
    const claims = await this.tickets.redeem(ticket);
    if (!claims) throw unauthorized('auth.ticket_invalid');
    return claims;
  }
}

const isAboutForm = (refusal: unknown): boolean => refusal instanceof Problem && refusal.status === 400;

function asRefusal(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}
