/**
 * A queue of items. The consumer takes everything that is there, so batches grow with the load. When the queue is full,
 * the producer waits.
 */
export class Inbox<T> {
  private items: T[] = [];
  private poked = false;
  private wake: (() => void) | undefined;
  private drained: (() => void) | undefined;
  private ended = false;

  constructor(private readonly capacity: number) {}

  /** Resolves when there is room for more. */
  put(item: T): Promise<void> | undefined {
    this.items.push(item);
    this.wake?.();
    if (this.items.length < this.capacity || this.ended) return undefined;
    return new Promise((resolve) => {
      this.drained = resolve;
    });
  }

  /** Closes the queue. Whoever waits for room or for items continues. */
  end(): void {
    this.ended = true;
    this.drained?.();
    this.poke();
  }

  /** Wakes the consumer even if there is nothing to take. */
  poke(): void {
    this.poked = true;
    this.wake?.();
  }

  /** Waits until there are items, or until it is woken. Then gives everything that is there. */
  async take(): Promise<T[]> {
    if (this.items.length === 0 && !this.poked) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
    }
    const taken = this.items;
    this.items = [];
    this.poked = false;
    this.drained?.();
    this.drained = undefined;
    return taken;
  }
}
