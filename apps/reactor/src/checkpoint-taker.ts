import { Injectable } from '@nestjs/common';
import { epochMs, HOUR, type Instant } from '@yoyaku/kernel';
import { Auditor, BrokenHistory } from '@yoyaku/platform';
import type { Duty } from './duty';

/**
 * Signs history once an hour, and the first time as soon as there is any. Two reactors that do so at once take a
 * checkpoint each, which are both true.
 */
@Injectable()
export class CheckpointTaker implements Duty {
  readonly name = 'audit-checkpoints';
  /** Epoch ms. Of a history without news, or a broken one, there is nothing to sign a second later either. */
  private nextLook = 0;

  constructor(private readonly auditor: Auditor) {}

  async *due(now: Instant): AsyncIterable<() => Promise<unknown>> {
    if (epochMs(now) < this.nextLook) return;
    const signedAt = (await this.auditor.lastSigned())?.takenAt;
    const due = signedAt === undefined ? epochMs(now) : epochMs(signedAt) + HOUR;
    if (due > epochMs(now)) this.nextLook = due;
    else yield () => this.take(now, signedAt);
  }

  private async take(now: Instant, signedAt: Instant | undefined): Promise<void> {
    try {
      const checkpoint = await this.auditor.takeCheckpoint(now);
      if (checkpoint || signedAt) this.nextLook = epochMs(now) + HOUR;
    } catch (error) {
      if (error instanceof BrokenHistory) this.nextLook = epochMs(now) + HOUR;
      throw error;
    }
  }
}
