import { setTimeout } from 'node:timers/promises';

/**
 * Waits so many milliseconds, or until the signal aborts, and never throws. With `ref: false` the process may exit
 * meanwhile.
 */
export const sleep = (ms: number, options?: { readonly signal?: AbortSignal; readonly ref?: boolean }): Promise<void> =>
  setTimeout(ms, undefined, options).catch(() => {});
