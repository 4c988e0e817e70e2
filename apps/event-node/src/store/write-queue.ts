import { StorageFailed } from './storage-errors';
import type { Outcome, Write, Writer } from './writer';

/** A write of which nobody waits for the outcome any more is dropped when its turn comes. */
export interface QueuedWrite extends Write {
  isAbandoned(): boolean;
}

export type QueueOutcome = Outcome | { kind: 'abandoned' };

interface Waiting {
  write: QueuedWrite;
  resolve(outcome: QueueOutcome): void;
  reject(error: Error): void;
}

interface Staged extends Waiting {
  outcome: QueueOutcome;
}

/** A group ends with the write that takes it past either, so that no answer waits for a very long commit. */
const GROUP_BYTES = 8 * 1024 * 1024;
const GROUP_WRITES = 4096;

/**
 * Group commit: while one group of writes is being synced to disk the next one gathers, and takes the next
 * transaction. Outcomes are told, conflicts too, only when the group they rest on is on disk.
 */
export class WriteQueue {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private failure: StorageFailed | undefined;

  /**
   * @param onStored called after every group that stored something, before its writers are answered
   * @param onFailed called once, when the storage failed; from then on every write is refused
   */
  constructor(
    private readonly writer: Writer,
    private readonly onStored: () => void,
    private readonly onFailed: (failure: StorageFailed) => void,
  ) {}

  /** Rejects when the write cannot be judged, and when the disk refuses; nothing is stored then. */
  write(write: QueuedWrite): Promise<QueueOutcome> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting.push({ write, resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Resolves when every write so far has its outcome. */
  async idle(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    // What arrives in the same turn of the event loop belongs to the first group.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) await this.storeGroup();
    this.running = undefined;
  }

  private async storeGroup(): Promise<void> {
    const group = this.stageGroup();
    try {
      const stores = this.writer.size > 0;
      await this.writer.commit();
      if (stores) this.onStored();
      for (const { resolve, outcome } of group) resolve(outcome);
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
      if (error instanceof StorageFailed) this.fail(error);
    }
  }

  /** Stages what waits, in order. A write that cannot be judged is refused at once, and harms no other. */
  private stageGroup(): Staged[] {
    const { waiting } = this;
    const staged: Staged[] = [];
    let taken = 0;
    while (taken < waiting.length && taken < GROUP_WRITES && this.writer.size < GROUP_BYTES) {
      const { write, resolve, reject } = waiting[taken++]!;
      try {
        const outcome: QueueOutcome = write.isAbandoned() ? { kind: 'abandoned' } : this.writer.stage(write);
        staged.push({ write, resolve, reject, outcome });
      } catch (error) {
        reject(error as Error);
      }
    }
    this.waiting = waiting.slice(taken);
    return staged;
  }

  private fail(failure: StorageFailed): void {
    this.failure = failure;
    const refused = this.waiting;
    this.waiting = [];
    for (const { reject } of refused) reject(failure);
    this.onFailed(failure);
  }
}
