import { Worker } from 'node:worker_threads';

/** What the thread watches. */
export interface Watched {
  /** One number, which the main thread counts up at every turn that it takes. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** Whom to kill. */
  readonly pid: number;
  /** Milliseconds in which a turn is due. */
  readonly interval: number;
  /** Milliseconds of processor time that it may spend without a turn. */
  readonly most: number;
}

/**
 * Kills this process when its event loop stands still, in a handler that does not end for instance: nothing in the
 * process could stop that, but a new start takes up what it left with a time limit (see `RunnerOptions.limitsHandlers`).
 * A thread of its own watches. It goes by the processor time that was spent meanwhile, so a process that was stopped, is
 * debugged, or gets little of a crowded machine lives. Gives the function that ends the watch.
 */
export function watchEventLoop({ pid = process.pid, interval = 1_000, most = 5_000 }: Partial<Watched> = {}) {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(require.resolve('./watchdog-thread'), {
    workerData: { turns, pid, interval, most } satisfies Watched,
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
