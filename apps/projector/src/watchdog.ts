import { Worker } from 'node:worker_threads';

/** What the watching thread needs to know. */
export interface Watched {
  /** One number, which the main thread increases with every turn of its event loop. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** The process to kill. */
  readonly pid: number;
  /** Milliseconds within which a turn is expected. */
  readonly interval: number;
  /** Milliseconds of processor time that the process may use without a turn. */
  readonly most: number;
}

/**
 * Kills this process when its event loop stands still, for example in a handler that does not end. Nothing in the
 * process could stop such a handler; after a restart it gets a time limit (see `RunnerOptions.limitsHandlers`). A
 * separate thread watches. It measures the processor time used, not the time passed, so that a process survives when it
 * is suspended, debugged, or runs on a busy machine. Returns the function that ends the watch.
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
