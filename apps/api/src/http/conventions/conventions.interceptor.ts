import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, of, tap } from 'rxjs';
import { inQuery, type Source, sourceOf } from './access/access';
import { Rights } from './access/rights';
import { Answer } from './commands/answer';
import { type Claim, Idempotency, type StoredAnswer } from './commands/idempotency';
import { keyedRequest } from './commands/keyed-request';
import { Problem } from './problems/problem';
import { namesIn } from './queries/expand';
import { MinPosition } from './queries/min-position';
import { StoreHead } from './queries/store-head';
import { routeOf, takesNew } from './routes';
import { SAFE } from './safe-methods';
import { tagOf } from './views/entity-tag';
import { isVersioned } from './views/versioned-view';

declare module 'fastify' {
  interface FastifyRequest {
    /** The claim is held until the answer is sent; see `hooks.ts`. */
    claim: Claim | null;
    /** The stored answer to this `Idempotency-Key`, where whoever sends it again has lost the right to the request. */
    firstAnswer: StoredAnswer | null;
    /** Of the answer nothing is stored but the id of what was made; see `shownOnce` of routes. */
    isShownOnce: boolean | null;
    /** For how many seconds caches may keep the answer; null if the route does not say. */
    cachedFor: number | null;
  }
}

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
    if (!answered) await this.ensureTakesNew(context, request);
    return answered ? of(answered) : next.handle().pipe(tap((answer) => this.learn(answer)));
  }

  /** What has begun goes on: it is not refused by what has changed since. */
  private async ensureTakesNew(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    const route = routeOf(context.getHandler());
    if (!route || request.claimed?.repeated || !takesNew(request.method, route)) return;
    await this.rights.ensureTakesNew(sourceOf(route.access) as Source, request);
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
    const { shownOnce } = routeOf(context.getHandler()) ?? {};
    if (request.firstAnswer) return again(request.firstAnswer, shownOnce);
    const keyed = keyedRequest(request, context.getHandler());
    if (!keyed) return undefined;
    const claimed = await this.idempotency.claim(keyed.id, keyed.hashes);
    if ('status' in claimed) return again(claimed, shownOnce);
    request.claim = claimed;
    request.isShownOnce = shownOnce !== undefined;
    request.claimed = {
      commandId: claimed.command,
      repeated: claimed.repeated,
      ensureOwned: () => this.idempotency.ensureHeld(claimed),
    };
    return undefined;
  }
}

/** The answer once more. Throws 409 with that code where it told a secret. */
function again({ status, body, headers }: StoredAnswer, shownOnce?: string): Answer<unknown> {
  if (shownOnce !== undefined && status === 201) throw new Problem(409, shownOnce, { facts: JSON.parse(body) });
  return new Answer(status, body || undefined, headers);
}
