import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ACCESS_TOKEN_LIFETIME, Sessions } from '@yoyaku/identity';
import type { Uuid } from '@yoyaku/kernel';

const EVERY_MS = 500;
/** Time enough for a revocation to commit after its clock was read. */
const OVERLAP_SECONDS = 60;

/**
 * Sessions ended while access tokens of theirs may still be good, learned within half a second from whichever process
 * ended them. Only the time since the last look is asked for; the first look goes back a token's whole life.
 */
@Injectable()
export class RevokedSessions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RevokedSessions.name);
  private readonly revokedAt = new Map<Uuid, number>();
  private lastLook = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly sessions: Sessions) {}

  has(sessionId: Uuid): boolean {
    return this.revokedAt.has(sessionId);
  }

  /** For those that this process ends itself. */
  add(sessionId: Uuid): void {
    this.revokedAt.set(sessionId, performance.now());
  }

  async onModuleInit(): Promise<void> {
    await this.look();
    this.next();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private next(): void {
    if (this.stopped) return;
    this.timer = setTimeout(async () => {
      await this.look().catch((error) => this.logger.warn(`Revoked sessions are not known: ${error}`));
      this.next();
    }, EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    const at = performance.now();
    const since = Math.min(ACCESS_TOKEN_LIFETIME, (at - this.lastLook) / 1000 + OVERLAP_SECONDS);
    for (const id of await this.sessions.revokedWithin(since)) {
      if (!this.revokedAt.has(id)) this.revokedAt.set(id, at);
    }
    this.lastLook = at;
    for (const [id, known] of this.revokedAt) {
      if (known > at - (ACCESS_TOKEN_LIFETIME + OVERLAP_SECONDS) * 1000) break;
      this.revokedAt.delete(id);
    }
  }
}
