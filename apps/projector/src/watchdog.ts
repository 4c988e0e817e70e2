import { Worker } from 'node:worker_threads';

/** What the thread watches. */
export interface Watched {
  /** One number, which the main thread counts up at every turn that it takes. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** Whom to kill. */
  readonly pid: number;
  /** Milliseconds in which a turn is due. */
  readonly interval: number;
  /** How many turns in a row may be missed. */
  readonly missed: number;
}

/**
 * Kills this process when its event loop stands still, in a handler that does not end for instance: nothing in the
 * process could stop that, but a new start takes up what it left with a time limit (see `RunnerOptions.limitsHandlers`).
 * A thread of its own watches. Gives the function that ends the watch.
 */
export function watchEventLoop({ pid = process.pid, interval = 1_000, missed = 5 }: Partial<Watched> = {}) {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(require.resolve('./watchdog-thread'), {
    workerData: { turns, pid, interval, missed } satisfies Watched,
  });
  thread.unref();
  const turning = setInterval(() => {
    Atomics.add(turns, 0, 1);
    Atomics.notify(turns, 0);
  }, interval / 4).unref();
  return async (): Promise<void> => {
    clearInterval(turning);
    await thread.terminate();
  };
}
