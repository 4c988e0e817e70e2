import { Injectable } from '@nestjs/common';
import { epochMs, HOUR, type Instant } from '@yoyaku/kernel';
import { Auditor, BrokenHistory } from '@yoyaku/platform';
import type { Duty } from './duty';

/**
 * Signs history once an hour; the first time as soon as there is an event. If two reactors do so at the same time, each
 * makes a checkpoint, and both are correct.
 */
@Injectable()
export class CheckpointTaker implements Duty {
  readonly name = 'audit-checkpoints';
  readonly everyMs = 10_000;
  /** Epoch ms. If history is broken or has no new events, there is nothing to sign for the next hour. */
  private nextTry = 0;

  constructor(private readonly auditor: Auditor) {}

  async *due(now: Instant): AsyncIterable<() => Promise<unknown>> {
    if (epochMs(now) < this.nextTry) return;
    const signedAt = (await this.auditor.lastSigned())?.takenAt;
    const due = signedAt === undefined ? epochMs(now) : epochMs(signedAt) + HOUR;
    if (due > epochMs(now)) this.nextTry = due;
    else yield () => this.take(now, signedAt);
  }

  private async take(now: Instant, signedAt: Instant | undefined): Promise<void> {
    try {
      const checkpoint = await this.auditor.takeCheckpoint(now);
      if (checkpoint || signedAt) this.nextTry = epochMs(now) + HOUR;
    } catch (error) {
      if (error instanceof BrokenHistory) this.nextTry = epochMs(now) + HOUR;
      throw error;
    }
  }
}
