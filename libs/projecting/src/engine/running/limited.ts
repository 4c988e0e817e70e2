import { createContext, Script } from 'node:vm';

/** The function was stopped at its time limit. */
export class RanTooLong extends Error {
  override readonly name = 'RanTooLong';
  constructor(ms: number) {
    super(`It had not ended after ${ms} ms`);
  }
}

const noop = (): unknown => undefined;
const sandbox = { run: noop };
const context = createContext(sandbox);
const script = new Script('run()');

/**
 * Runs a function and stops it at the time limit, even in a loop that never returns to the event loop: a thread of the
 * runtime watches it (Node's `vm` with a timeout; about 100 µs a call on a busy machine). Then throws {@link
 * RanTooLong}. A `catch` or `finally` inside the function has not run.
 */
export function limited<T>(run: () => T, ms: number): T {
  sandbox.run = run;
  try {
    return script.runInContext(context, { timeout: ms }) as T;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new RanTooLong(ms);
    throw error;
  } finally {
    sandbox.run = noop;
  }
}

/**
 * How long handlers may run, in milliseconds: at first, and when they are tried again, so many times in all. Each is
 * well below the silence after which a worker is taken for dead.
 */
export const LIMIT = { first: 800, longest: 1_500, tries: 5 };
const CAUTION = 60_000;

/** Whether handlers of this process were slow lately, or did not end. */
export class Caution {
  private until = 0;

  get isDue(): boolean {
    return performance.now() < this.until;
  }

  rise(): void {
    this.until = performance.now() + CAUTION;
  }

  /** Runs handlers without a limit. If that takes long, later calls get a limit. */
  watch<T>(run: () => T): T {
    const began = performance.now();
    const result = run();
    if (performance.now() - began > LIMIT.first) this.rise();
    return result;
  }
}
