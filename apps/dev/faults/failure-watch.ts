import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { ProjectionAdmin } from '@yoyaku/projecting';
import type { ReadModels } from './read-models';
import { none } from './report';

const LOOK_MS = 100;

/** Looks again and again whether a partition of a read model, or a tenant in it, has failed. */
export class FailureWatch {
  private readonly failures = new Set<string>();
  private looks = 0;
  private stopped = false;
  private readonly watching: Promise<void>;

  constructor({ pool }: ReadModels) {
    const admin = new ProjectionAdmin(pool);
    this.watching = this.look(admin);
    this.watching.catch(() => undefined);
  }

  /** Throws with the failures that were seen, and when nothing could be. */
  async end(): Promise<void> {
    this.stopped = true;
    await this.watching;
    none([...this.failures]);
    assert(this.looks > 0, 'nobody could look at the read models');
  }

  /** While PostgreSQL cannot be asked there is nothing to be seen; a failure is kept until somebody mends it. */
  private async look(admin: ProjectionAdmin): Promise<void> {
    do {
      const list = await admin.list().catch(() => undefined);
      this.looks += list ? 1 : 0;
      for (const { name, state, failure } of list ?? []) {
        if (state === 'failed') this.failures.add(`${name} has failed: ${JSON.stringify(failure)}`);
      }
      await wait(LOOK_MS);
    } while (!this.stopped);
  }
}
