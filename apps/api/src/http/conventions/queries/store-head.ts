import { Injectable } from '@nestjs/common';
import { EventStoreDb } from '@yoyaku/eventing';

/** How far the event store goes, as far as this process needs to know. It only grows. */
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
   * the store is away nobody knows, and false is answered.
   */
  async isBeyond(position: bigint): Promise<boolean> {
    if (position <= this.known) return false;
    // A look that is on its way may have begun before the position was stored.
    await this.looking;
    if (position <= this.known) return false;
    this.looking ??= this.look();
    return (await this.looking) && position > this.known;
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
