import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Uuid } from '@yoyaku/kernel';
import { Pool } from 'pg';
import { ACCESS_TOKEN_LIFETIME } from './access-tokens';

const LOOK_EVERY_MS = 500;
/** Each look goes back further than the last one: a transaction commits after it has read its clock. */
const OVERLAP_SECONDS = 60;

/** Sessions that were ended while access tokens of theirs may still be good, by whichever process. */
@Injectable()
export class EndedSessions implements OnApplicationShutdown {
  private readonly logger = new Logger(EndedSessions.name);
  /** When this process learned of it, in the order of learning. */
  private readonly learnedAt = new Map<Uuid, number>();
  private lastLook = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly pool: Pool) {}

  has(sessionId: Uuid): boolean {
    return this.learnedAt.has(sessionId);
  }

  /** For sessions that this process ends itself. */
  add(sessionId: Uuid): void {
    this.learnedAt.set(sessionId, performance.now());
  }

  /** Resolves when all that were ended before are known; goes on learning within half a second of each. */
  async follow(): Promise<void> {
    await this.look();
    this.lookAgain();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private lookAgain(): void {
    this.timer = setTimeout(async () => {
      await this.look().catch((error) => this.logger.warn(`Which sessions have ended is not known: ${error}`));
      if (!this.stopped) this.lookAgain();
    }, LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    const at = performance.now();
    const { rows } = await this.pool.query<{ id: Uuid }>(
      'select id from app.sessions where revoked_at > clock_timestamp() - make_interval(secs => $1)',
      [Math.min(ACCESS_TOKEN_LIFETIME, (at - this.lastLook) / 1000 + OVERLAP_SECONDS)],
    );
    for (const { id } of rows) if (!this.learnedAt.has(id)) this.learnedAt.set(id, at);
    this.lastLook = at;
    for (const [id, learned] of this.learnedAt) {
      if (learned > at - (ACCESS_TOKEN_LIFETIME + OVERLAP_SECONDS) * 1000) break;
      this.learnedAt.delete(id);
    }
  }
}
