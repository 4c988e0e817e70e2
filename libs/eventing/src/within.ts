/** A timer that fires so much too late tells of a process that was held up: its answers may be waiting to be read. */
const HELD_UP = 250;
const GRACE = 250;

export class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/**
 * Settles as the promise does, or rejects with {@link TimedOut} once so many milliseconds have passed. A process that was itself held up (by
 * its own work, or stopped) first reads what has arrived meanwhile.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const due = performance.now() + ms;
    const giveUp = () => reject(new TimedOut(`No answer within ${Math.round(ms)} ms`));
    timer = setTimeout(() => {
      if (performance.now() - due < HELD_UP) return giveUp();
      timer = setTimeout(giveUp, GRACE);
    }, ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Notices that nothing comes while something is waited for; the time that a consumer itself takes does not count. */
export class SilenceWatch {
  private waiting = true;
  private ticks = 0;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param ms how long nothing must have come, for `onSilence` to be called
   * @param onSilence called again and again, with how long it has been silent
   */
  constructor(ms: number, onSilence: (silentMs: number) => void) {
    this.timer = setInterval(() => {
      this.ticks = this.waiting ? this.ticks + 1 : 0;
      if (this.ticks >= TICKS) onSilence((this.ticks * ms) / TICKS);
    }, ms / TICKS);
  }

  /** Something came, and is being worked on. */
  came(): void {
    this.waiting = false;
    this.ticks = 0;
  }

  /** The next is waited for. */
  waits(): void {
    this.waiting = true;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** Counted rather than measured: in a process that was held up the interval fires once, not for all the time it missed. */
const TICKS = 4;
