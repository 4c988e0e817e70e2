import { createContext, Script } from 'node:vm';

/** It was ended since it did not end by itself. */
export class RanTooLong extends Error {
  override readonly name = 'RanTooLong';
  constructor(ms: number) {
    super(`It had not ended after ${ms} ms`);
  }
}

const nothing = (): unknown => undefined;
const sandbox = { run: nothing };
const context = createContext(sandbox);
const script = new Script('run()');

/**
 * Runs it, and ends it where it does not end in time, even in a loop that never comes back to the event loop: a thread
 * of the runtime's own watches (Node's `vm` with a time limit; about 100 µs a call on a busy machine). Throws
 * {@link RanTooLong}; then neither `catch` nor `finally` within has run.
 */
export function limited<T>(run: () => T, ms: number): T {
  sandbox.run = run;
  try {
    return script.runInContext(context, { timeout: ms }) as T;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new RanTooLong(ms);
    throw error;
  } finally {
    sandbox.run = nothing;
  }
}
