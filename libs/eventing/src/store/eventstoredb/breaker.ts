import { sleep } from '@yoyaku/kernel';
import { EventStoreUnavailable } from '../errors';
import { within } from '../within';

/** Between probes, in milliseconds. */
const PAUSE = { first: 50, most: 250 };

export interface BreakerOptions {
  /** Resolves when calls would be answered again. */
  readonly probe: () => Promise<unknown>;
  /** Told once each time that calls begin to be refused, and why, and once when they pass again. */
  readonly onChange: (open: boolean, cause: unknown) => void;
}

/**
 * A circuit breaker. After a call that nobody answered, all others are refused at once instead of each waiting for its
 * own deadline, until a probe is answered. Probes are made here, one at a time.
 */
export class Breaker {
  private mending: Promise<void> | undefined;
  private cause: unknown;
  private readonly closing = new AbortController();

  constructor(private readonly options: BreakerOptions) {}

  /** Whether calls are refused. */
  get isOpen(): boolean {
    return this.mending !== undefined;
  }

  /** Throws {@link EventStoreUnavailable} while calls are refused. */
  check(): void {
    if (this.isOpen) throw new EventStoreUnavailable(this.cause);
  }

  /** A call found nobody. */
  trip(cause: unknown): void {
    if (this.closing.signal.aborted || this.isOpen) return;
    this.cause = cause;
    this.options.onChange(true, cause);
    this.mending = this.mend().then(() => {
      this.mending = undefined;
      if (!this.closing.signal.aborted) this.options.onChange(false, cause);
    });
  }

  /** Resolves once calls pass; throws {@link EventStoreUnavailable} when they still do not after so many milliseconds. */
  async untilMended(ms: number): Promise<void> {
    if (!this.mending) return;
    await within(Math.max(0, ms), this.mending).catch(() => this.check());
  }

  /** Ends the probing. */
  close(): void {
    this.closing.abort();
  }

  private async mend(): Promise<void> {
    const { signal } = this.closing;
    for (let pause = PAUSE.first; !signal.aborted; pause = Math.min(PAUSE.most, pause * 2)) {
      try {
        await this.options.probe();
        return;
      } catch {
        await sleep(pause, { signal, ref: false });
      }
    }
  }
}
