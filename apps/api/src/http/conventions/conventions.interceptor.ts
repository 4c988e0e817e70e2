import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { deriveUuid } from '@yoyaku/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, of, tap } from 'rxjs';
import { inQuery, sourceOf } from './access/access';
import { Rights } from './access/rights';
import { Answer } from './commands/answer';
import { type Claim, Idempotency } from './commands/idempotency';
import { hashesOf } from './commands/request-hashes';
import { Problem } from './problems/problem';
import { namesIn } from './queries/expand';
import { MinPosition } from './queries/min-position';
import { StoreHead } from './queries/store-head';
import { routeOf } from './routes';
import { tagOf } from './views/entity-tag';
import { isVersioned } from './views/versioned-view';

declare module 'fastify' {
  interface FastifyRequest {
    /** The claim is held until the answer is sent; see `hooks.ts`. */
    claim: Claim | null;
    /** For how many seconds caches may keep the answer; null if the route does not say. */
    cachedFor: number | null;
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Safe methods (RFC 9110, 9.2.1). `HEAD` is `GET` without the body. */
export const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Runs around every handler: a query waits for its read models, and a command with a key runs only once. */
@Injectable()
export class ConventionsInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly minPosition: MinPosition,
    private readonly head: StoreHead,
    private readonly rights: Rights,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (SAFE.has(request.method)) {
      request.cachedFor = routeOf(context.getHandler())?.cachedSeconds ?? null;
      await this.awaitPosition(context, request);
      const reply = context.switchToHttp().getResponse<FastifyReply>();
      return next.handle().pipe(
        tap((body) => {
          if (isVersioned(body)) reply.header('etag', tagOf(body.revision, body));
        }),
      );
    }
    const answered = await this.claim(context, request);
    return answered ? of(answered) : next.handle().pipe(tap((answer) => this.learn(answer)));
  }

  private learn(answer: unknown): void {
    const position = answer instanceof Answer ? answer.headers['x-event-position'] : undefined;
    if (position !== undefined) this.head.learn(BigInt(position));
  }

  private async awaitPosition(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    const { reads, expands = {} } = routeOf(context.getHandler()) ?? {};
    const { expand } = request.query as { expand?: unknown };
    const expanded = namesIn(expand).flatMap((name) => expands[String(name)] ?? []);
    if (reads) await this.minPosition.await(request, [...reads, ...expanded], () => this.businessOf(context, request));
  }

  /** The business that a query is about; undefined: none, or perhaps several. */
  private businessOf(context: ExecutionContext, request: FastifyRequest): Promise<string | undefined> {
    const { about, access } = routeOf(context.getHandler()) ?? {};
    const source = about ?? (access && sourceOf(access)) ?? inQuery('businessId');
    return this.rights.businessOf(source, request);
  }

  /** `Idempotency-Key`: returns the stored answer if there is one. Otherwise stores the claim on the request. */
  private async claim(context: ExecutionContext, request: FastifyRequest): Promise<Answer<unknown> | undefined> {
    const key = request.headers['idempotency-key'];
    if (key === undefined || routeOf(context.getHandler())?.isSecret) return undefined;
    if (typeof key !== 'string' || !KEY.test(key)) throw new Problem(400, 'request.invalid_idempotency_key');
    const { principal, method, url } = request;
    const id = deriveUuid(principal?.userId ?? 'anonymous', method, request.routeOptions.url ?? url, key);
    const claimed = await this.idempotency.claim(id, hashesOf(request));
    if ('status' in claimed) return new Answer(claimed.status, claimed.body || undefined, claimed.headers);
    request.claim = claimed;
    request.claimed = {
      commandId: claimed.command,
      repeated: claimed.repeated,
      ensureOwned: () => this.idempotency.ensureHeld(claimed),
    };
    return undefined;
  }
}
