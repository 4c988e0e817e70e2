/** How many queries may wait at once in this process. */
const ROOM = { callers: 1_000, caller: 10 };

/**
 * Limits how many wait, for one caller and in total. A query without a place gets at once the answer that the others get
 * at their timeout.
 */
export class WaitingRoom {
  private readonly waiting = new Map<string, number>();
  private total = 0;

  constructor(private readonly room = ROOM) {}

  /** What `wait` resolves to, or undefined where there is no place for the caller. */
  async enter<T>(caller: string, wait: () => Promise<T>): Promise<T | undefined> {
    const leave = this.take(caller);
    if (!leave) return undefined;
    try {
      return await wait();
    } finally {
      leave();
    }
  }

  /** Takes a place, and returns what gives it back; undefined where there is none for the caller. */
  take(caller: string): (() => void) | undefined {
    const mine = this.waiting.get(caller) ?? 0;
    if (this.total >= this.room.callers || mine >= this.room.caller) return undefined;
    this.move(caller, +1);
    return () => this.move(caller, -1);
  }

  private move(caller: string, by: 1 | -1): void {
    const left = (this.waiting.get(caller) ?? 0) + by;
    this.total += by;
    if (left > 0) this.waiting.set(caller, left);
    else this.waiting.delete(caller);
  }
}
