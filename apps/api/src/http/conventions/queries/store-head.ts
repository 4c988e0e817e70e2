import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { EventStoreDb } from '@yoyaku/eventing';

/**
 * Timeout in milliseconds for reading the store's end: others may have appended very many events after our last one.
 */
const PATIENCE = 1_000;

/** The end of the event store, as far as this process knows it. It only increases. */
@Injectable()
export class StoreHead {
  private known = 0n;
  private looking: Promise<boolean> | undefined;

  constructor(private readonly store: EventStoreDb) {}

  /** What a command of ours was stored at is there: nobody need look. */
  learn(position: bigint): void {
    if (position > this.known) this.known = position;
  }

  /**
   * Whether nothing is stored at that position or behind it. One look at the store serves all who ask meanwhile; while
   * the store is away, or the look takes long, nobody knows, and false is answered.
   */
  async isBeyond(position: bigint): Promise<boolean> {
    if (position <= this.known) return false;
    const tooLate = delay(PATIENCE, false, { ref: false });
    // A look that is on its way may have begun before the position was stored.
    if (this.looking && !(await Promise.race([this.looking, tooLate]))) return false;
    if (position <= this.known) return false;
    this.looking ??= this.look();
    return (await Promise.race([this.looking, tooLate])) && position > this.known;
  }

  private async look(): Promise<boolean> {
    try {
      this.learn(await this.store.head());
      return true;
    } catch {
      return false;
    } finally {
      this.looking = undefined;
    }
  }
}
