import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { ACCESS_TOKEN_LIFETIME } from './access-tokens';

const POLL_EVERY_MS = 500;
/** Each poll looks back further than the last one, because a transaction commits later than the time that it wrote. */
const OVERLAP_SECONDS = 60;

/** Sessions that any process ended so recently that their access tokens may not have expired yet. */
@Injectable()
export class EndedSessions implements OnApplicationShutdown {
  private readonly logger = new Logger(EndedSessions.name);
  /** When this process learned of each session's end (`performance.now()`), in this order. */
  private readonly learnedAt = new Map<Uuid, number>();
  private lastPoll = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly pool: Pool) {}

  has(sessionId: Uuid): boolean {
    return this.learnedAt.has(sessionId);
  }

  /** For sessions that this process ends itself, so that they need no poll. */
  add(sessionId: Uuid): void {
    this.learnedAt.set(sessionId, performance.now());
  }

  /** Resolves when all sessions that ended before are known. Then polls every half second for more. */
  async follow(): Promise<void> {
    await this.poll();
    this.schedulePoll();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedulePoll(): void {
    this.timer = setTimeout(async () => {
      await this.poll().catch((error) => this.logger.warn(`Cannot read which sessions have ended: ${error}`));
      if (!this.stopped) this.schedulePoll();
    }, POLL_EVERY_MS).unref();
  }

  private async poll(): Promise<void> {
    const at = performance.now();
    const { rows } = await this.pool.query<{ id: Uuid }>(
      'select id from app.sessions where revoked_at > clock_timestamp() - make_interval(secs => $1)',
      [Math.min(ACCESS_TOKEN_LIFETIME, (at - this.lastPoll) / 1000 + OVERLAP_SECONDS)],
    );
    for (const { id } of rows) if (!this.learnedAt.has(id)) this.learnedAt.set(id, at);
    this.lastPoll = at;
    for (const [id, learned] of this.learnedAt) {
      if (learned > at - (ACCESS_TOKEN_LIFETIME + OVERLAP_SECONDS) * 1000) break;
      this.learnedAt.delete(id);
    }
  }
}
