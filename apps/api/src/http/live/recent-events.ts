import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AggregateStore, EventStoreDb, type FollowListener, type StoredEvent } from '@yoyaku/eventing';

/** How many events are kept, in memory, unparsed: a few megabytes. Whoever missed more reads all anew. */
const KEPT = 5_000;

/** How often all who wait are woken though nothing came, so that they can say that they are still there. */
const BEAT_MS = 5_000;

/**
 * The events that this process received last. It receives every event once, for the states that it keeps in memory; all
 * clients who are told of changes share that one subscription.
 */
@Injectable()
export class RecentEvents implements FollowListener, OnModuleDestroy {
  private events: StoredEvent[] = [];
  /** Everything behind this position was received, and is kept unless it was too much. Undefined: not begun yet. */
  private from: bigint | undefined;
  private reached: bigint | undefined;
  /** Whether those are kept, too, that were stored before this process began to receive. */
  private isWhole = false;
  private completing: Promise<void> | undefined;
  private waiting: (() => void)[] = [];
  private isWaking = false;
  private timesSetBack = 0;
  private readonly beat = setInterval(() => this.wake(), BEAT_MS).unref();

  constructor(
    aggregates: AggregateStore,
    private readonly store: EventStoreDb,
  ) {
    aggregates.tell(this);
  }

  onModuleDestroy(): void {
    clearInterval(this.beat);
  }

  onBegin(after: bigint): void {
    if (this.reached !== undefined && after < this.reached) this.timesSetBack += 1;
    this.events = [];
    this.from = after;
    this.reached = after;
    this.isWhole = false;
    this.wake();
  }

  onEvent(event: StoredEvent): void {
    this.reached = event.position;
    // Twice as many are kept for a while, so that the list is not copied with every event.
    if (this.events.push(event) >= 2 * KEPT) {
      this.from = this.events.at(-KEPT - 1)?.position;
      this.events = this.events.slice(-KEPT);
      this.isWhole = true;
    }
    this.wake();
  }

  /** Up to where everything was received. Undefined: the store has not been reached since the process started. */
  get position(): bigint | undefined {
    return this.reached;
  }

  /** Changes when the store was set back to an earlier state: positions from before may be given to other events. */
  get history(): number {
    return this.timesSetBack;
  }

  /**
   * The events behind that position, in order; undefined where they are too many. The store is read once for all who ask,
   * so that neither those who come back often nor those who leave at once keep others waiting.
   */
  async behind(position: bigint): Promise<readonly StoredEvent[] | undefined> {
    let events = this.after(position);
    while (!events && this.from !== undefined && !this.isWhole) {
      this.completing ??= this.complete().finally(() => {
        this.completing = undefined;
      });
      await this.completing;
      events = this.after(position);
    }
    return events;
  }

  /** Puts the last events from before this process began to receive before those that it has received. */
  private async complete(): Promise<void> {
    const { from, events } = this;
    const last = await Array.fromAsync(this.store.readAll({ direction: 'backwards', limit: KEPT }));
    const hasBegunAnew = this.events !== events;
    if (hasBegunAnew || from === undefined) return;
    const older = last.filter(({ position }) => position <= from).reverse();
    const isEverything = last.length < KEPT;
    this.from = isEverything ? 0n : (older[0]?.position ?? from);
    this.events = [...older, ...events];
    this.isWhole = true;
  }

  /** The events behind that position, in order; undefined where they are not all kept. */
  after(position: bigint): readonly StoredEvent[] | undefined {
    if (this.from === undefined || position < this.from) return undefined;
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.events[middle] as StoredEvent).position <= position) low = middle + 1;
      else high = middle;
    }
    return this.events.slice(low);
  }

  /** Resolves when something was received, every few seconds without, and when the signal aborts. */
  async change(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.waiting.push(wake);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
  }

  /** Wakes all who wait, once for everything that was received together. */
  private wake(): void {
    if (this.isWaking || this.waiting.length === 0) return;
    this.isWaking = true;
    setImmediate(() => {
      this.isWaking = false;
      const woken = this.waiting;
      this.waiting = [];
      for (const resolve of woken) resolve();
    });
  }
}
