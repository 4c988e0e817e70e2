/** A limit: a number of hits within a number of seconds. */
export interface Limit {
  /** Names the policy in headers and separates its counts from those of others. */
  readonly name: string;
  readonly hits: number;
  readonly seconds: number;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the oldest hits no longer count. */
  readonly resetSeconds: number;
}

/**
 * Hits of one key in the running window and the one before. The sliding window is estimated from the two, as if the
 * hits of the one before had been spread evenly over it.
 */
export class SlidingWindow {
  private current = 0;
  private previous = 0;
  /** Hits of the running window that other processes do not know of yet. */
  private unshared = 0;

  constructor(
    readonly limit: Limit,
    private window: number,
  ) {}

  /** Counts a hit unless the limit is reached. `now` in milliseconds since the epoch. */
  hit(now: number): Verdict {
    const into = this.advance(now);
    const { hits, seconds } = this.limit;
    const used = this.previous * (1 - into) + this.current + this.unshared;
    const allowed = used < hits;
    if (allowed) this.unshared += 1;
    return {
      allowed,
      remaining: Math.max(0, Math.floor(hits - used - (allowed ? 1 : 0))),
      resetSeconds: Math.max(1, Math.ceil((1 - into) * seconds)),
    };
  }

  /** Takes the hits of the running window that the other processes do not know yet. */
  takeUnshared(now: number): { window: number; hits: number } {
    this.advance(now);
    const hits = this.unshared;
    this.unshared = 0;
    this.current += hits;
    return { window: this.window, hits };
  }

  /** Sets the counts of all processes together. Ignored if the window is already over. */
  learn(window: number, current: number, previous: number): void {
    if (window !== this.window) return;
    this.current = Math.max(this.current, current);
    this.previous = Math.max(this.previous, previous);
  }

  /** Whether it holds no hits that still count. */
  isStale(now: number): boolean {
    return windowAt(now, this.limit) > this.window + 1;
  }

  /** Moves on to the current window. Returns which part of it has passed, 0 to 1. */
  private advance(now: number): number {
    const window = windowAt(now, this.limit);
    if (window > this.window) {
      this.previous = window === this.window + 1 ? this.current + this.unshared : 0;
      this.current = 0;
      this.unshared = 0;
      this.window = window;
    }
    return now / (this.limit.seconds * 1000) - window;
  }
}

export const windowAt = (now: number, { seconds }: Limit): number => Math.floor(now / (seconds * 1000));
