import { Injectable, Logger, type OnApplicationShutdown, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Config } from '@yoyaku/composition';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Pool } from 'pg';
import { InjectConfig } from '../../../config';
import type { PlatformRole } from '../access/principal';
import { Problem } from '../problems/problem';
import { networkOf } from './network';
import { type Limit, SlidingWindow, windowAt } from './sliding-window';

const ROUTE_LIMIT = 'yoyaku:limit';

/** Routes with their own limit, which is counted by address even for signed-in users. */
const ROUTE_LIMITS = {
  auth: { name: 'auth', hits: 20, seconds: 60 },
  /** Many users behind one address refresh more often than they sign in. */
  refresh: { name: 'refresh', hits: 120, seconds: 60 },
  /** These routes reveal whether an e-mail address is known, so they are too slow for trying a list. */
  register: { name: 'register', hits: 10, seconds: 600 },
} as const satisfies Record<string, Limit>;
const ANONYMOUS: Limit = { name: 'anonymous', hits: 100, seconds: 60 };
const ROLE_LIMITS: Readonly<Record<PlatformRole, Limit>> = {
  user: { name: 'user', hits: 300, seconds: 60 },
  auditor: { name: 'auditor', hits: 1_000, seconds: 60 },
  admin: { name: 'admin', hits: 1_000, seconds: 60 },
};

/** Of each key: machines ask more often than people. */
const KEY: Limit = { name: 'api_key', hits: 600, seconds: 60 };

/** Longer than two windows of any limit. */
const LONGEST = '3 hours';

const SHARE_EVERY_MS = 250;

/** Puts a route under a stricter limit than the caller's. */
export const RateLimit = (limit: keyof typeof ROUTE_LIMITS): MethodDecorator => SetMetadata(ROUTE_LIMIT, limit);

/** For routes that machines poll around the clock. */
export const Unlimited = (): MethodDecorator => SetMetadata(ROUTE_LIMIT, null);

/**
 * Limits shared by all api processes. Each counts for itself and tells the others what it counted a few times a second,
 * all keys in one statement, so that no request waits for PostgreSQL; what n processes may let through beyond a limit
 * is what arrives in that time. Where PostgreSQL is away, each process goes on counting alone.
 *
 * No library does this: rate-limiter-flexible, @fastify/rate-limit and @nestjs/throttler ask a shared store once for
 * each request or count in one process alone, and they do it in fixed windows.
 */
@Injectable()
export class RateLimits implements OnApplicationShutdown {
  private readonly logger = new Logger(RateLimits.name);
  private readonly windows = new Map<string, SlidingWindow>();
  private readonly dirty = new Set<string>();
  private readonly enabled: boolean;
  private timer: NodeJS.Timeout | undefined;
  private sharing = Promise.resolve();

  constructor(
    @InjectConfig() config: Config,
    private readonly reflector: Reflector,
    private readonly pool: Pool,
  ) {
    this.enabled = config.rateLimit;
  }

  /**
   * Counts a request for a handler's route and sets the headers that tell how many remain. Throws 429 `rate.limited`.
   */
  admit(handler: Parameters<Reflector['get']>[1], request: FastifyRequest, reply: FastifyReply): void {
    const { principal } = request;
    const own = this.reflector.get<keyof typeof ROUTE_LIMITS | null | undefined>(ROUTE_LIMIT, handler);
    if (own === null || !this.enabled) return;
    const limit = own ? ROUTE_LIMITS[own] : limitOf(principal);
    const key = own || !principal ? networkOf(request.ip) : principal.userId;
    const { allowed, remaining, resetSeconds } = this.hit(limit, key);
    reply.header('RateLimit-Policy', `"${limit.name}";q=${limit.hits};w=${limit.seconds}`);
    reply.header('RateLimit', `"${limit.name}";r=${remaining};t=${resetSeconds}`);
    if (!allowed) throw limited(resetSeconds);
  }

  /** Counts one hit where every hit matters: reads the counts of other processes first. Throws 429. */
  async admitStrictly(limit: Limit, key: string): Promise<void> {
    if (!this.enabled) return;
    this.windowOf(limit, key);
    await this.share();
    const { allowed, resetSeconds } = this.hit(limit, key);
    if (!allowed) throw limited(resetSeconds);
  }

  /** Drops counts that can no longer matter. */
  async prune(): Promise<void> {
    await this.pool.query(`delete from app.rate_counts where counted_at < now() - interval '${LONGEST}'`);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.sharing;
  }

  private hit(limit: Limit, key: string) {
    const verdict = this.windowOf(limit, key).hit(Date.now());
    this.timer ??= setTimeout(() => this.share(), SHARE_EVERY_MS).unref();
    return verdict;
  }

  private windowOf(limit: Limit, key: string): SlidingWindow {
    const bucket = `${limit.name}:${key}`;
    const window = this.windows.get(bucket) ?? new SlidingWindow(limit, windowAt(Date.now(), limit));
    this.windows.set(bucket, window);
    this.dirty.add(bucket);
    return window;
  }

  /** Exchanges counts with the other processes, one round at a time. */
  private share(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sharing = this.sharing
      .then(() => this.exchange())
      .catch((error) => this.logger.warn(`Limits are not shared: ${error}`));
    return this.sharing;
  }

  private async exchange(): Promise<void> {
    const now = Date.now();
    const buckets = [...this.dirty].sort();
    this.dirty.clear();
    const told = buckets.map((bucket) => (this.windows.get(bucket) as SlidingWindow).takeUnshared(now));
    const { rows } = await this.pool.query<{ bucket: string; window_start: number; current: number; previous: number }>(
      `with told as (
         insert into app.rate_counts as r (bucket, window_start, count)
         select * from unnest($1::text[], $2::bigint[], $3::int[])
         on conflict (bucket, window_start) do update set count = r.count + excluded.count, counted_at = now()
         returning bucket, window_start, count)
       select t.bucket, t.window_start, t.count as current, coalesce(p.count, 0) as previous
       from told t left join app.rate_counts p on p.bucket = t.bucket and p.window_start = t.window_start - 1`,
      [buckets, told.map(({ window }) => window), told.map(({ hits }) => hits)],
    );
    for (const row of rows) this.windows.get(row.bucket)?.learn(row.window_start, row.current, row.previous);
    for (const [bucket, window] of this.windows) if (window.isStale(now)) this.windows.delete(bucket);
  }
}

function limitOf(principal: FastifyRequest['principal']): Limit {
  if (!principal) return ANONYMOUS;
  return principal.key ? KEY : ROLE_LIMITS[principal.role];
}

const limited = (seconds: number): Problem =>
  new Problem(429, 'rate.limited', { facts: { seconds }, headers: { 'retry-after': String(seconds) } });
