import { performance } from 'node:perf_hooks';

/** A timer that fires this much too late (ms) shows that the process was held up: answers may be waiting to be read. */
const HELD_UP = 250;
const GRACE = 250;
/** The last part of a wait, in which the process must have listened. */
const LISTENING = 0.25;
/** A process that was idle for this part of a period has read everything that arrived in it. */
const IDLE = 0.1;

export class TimedOut extends Error {
  override readonly name = 'TimedOut';

  /** @param heldUp whether the process itself had no time to read an answer: then this tells nothing of who was asked */
  constructor(
    message: string,
    readonly heldUp = false,
  ) {
    super(message);
  }
}

/** Measures from now on whether the process is so busy that arrived data may lie unread. */
function measureLoad(): { isBusy: () => boolean } {
  const begun = performance.eventLoopUtilization();
  return {
    isBusy: () => {
      const { idle, active } = performance.eventLoopUtilization(begun);
      return idle < IDLE * (idle + active);
    },
  };
}

/**
 * Settles as the promise does, or rejects with {@link TimedOut} once so many milliseconds have passed. A process that was
 * itself held up (by its own work, or stopped) first reads what has arrived meanwhile.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const due = performance.now() + ms;
    const giveUp = (heldUp: boolean) => reject(new TimedOut(`No answer within ${Math.round(ms)} ms`, heldUp));
    const wait = (delay: number, then: () => void) => {
      timer = setTimeout(then, delay);
    };
    wait(ms * (1 - LISTENING), () => {
      const load = measureLoad();
      wait(Math.max(0, due - performance.now()), () => {
        if (performance.now() - due < HELD_UP && !load.isBusy()) return giveUp(false);
        const { isBusy } = measureLoad();
        wait(GRACE, () => giveUp(isBusy()));
      });
    });
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Notices that nothing arrives while something is waited for. Time that this process itself takes does not count:
 * neither while its consumer works, nor while the process was held up and has not read what arrived. If it is held up
 * all the time, it counts as silence only after {@link MOST} times as long.
 */
export class SilenceWatch {
  private waiting = true;
  private ticks = 0;
  private since = performance.now();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param ms how long nothing must have come, for `onSilence` to be called
   * @param onSilence called again and again, with how long it has been silent
   */
  constructor(ms: number, onSilence: (silentMs: number) => void) {
    const period = ms / TICKS;
    let last = performance.now();
    let load = measureLoad();
    this.timer = setInterval(() => {
      const now = performance.now();
      const wasHeldUp = now - last > period + LATE || load.isBusy();
      last = now;
      load = measureLoad();
      if (!this.waiting) return;
      if (!wasHeldUp) this.ticks += 1;
      if (this.ticks >= TICKS) onSilence(this.ticks * period);
      else if (now - this.since > MOST * ms) onSilence(now - this.since);
    }, period);
  }

  /** Something came, and is being worked on. */
  came(): void {
    this.waiting = false;
  }

  /** The next is waited for. */
  waits(): void {
    this.waiting = true;
    this.ticks = 0;
    this.since = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

const TICKS = 4;
/** An interval that fires so many milliseconds too late tells of a process that has more to do than it can. */
const LATE = 50;
/** A process that is held up all the time waits this many times as long before it believes in silence. */
export const MOST = 5;
