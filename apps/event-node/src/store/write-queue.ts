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

  /** @param onStored called after every group that stored something, before its writers are answered */
  constructor(
    private readonly writer: Writer,
    private readonly onStored: () => void,
  ) {}

  /** Rejects when the disk refuses; nothing is stored then. */
  write(write: QueuedWrite): Promise<QueueOutcome> {
    return new Promise((resolve, reject) => {
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
    const group: Waiting[] = [];
    const outcomes: QueueOutcome[] = [];
    try {
      const { waiting } = this;
      while (group.length < waiting.length && group.length < GROUP_WRITES && this.writer.size < GROUP_BYTES) {
        const next = waiting[group.length]!;
        group.push(next);
        outcomes.push(next.write.isAbandoned() ? { kind: 'abandoned' } : this.writer.stage(next.write));
      }
      this.waiting = waiting.slice(group.length);
      const stores = this.writer.size > 0;
      await this.writer.commit();
      if (stores) this.onStored();
      for (let i = 0; i < group.length; i++) group[i]!.resolve(outcomes[i]!);
    } catch (error) {
      for (const { reject } of group) reject(error as Error);
    }
  }
}
