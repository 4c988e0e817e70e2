/**
 * What has arrived and waits to be taken: the taker gets all there is, so batches grow with the load. Full, it makes the
 * giver wait.
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

  /** Nobody takes any more: whoever waits for room, or for something to take, goes on. */
  end(): void {
    this.ended = true;
    this.drained?.();
    this.poke();
  }

  /** Lets the taker come back even with nothing. */
  poke(): void {
    this.poked = true;
    this.wake?.();
  }

  /** Waits until something is there, or someone pokes; then all there is. */
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
