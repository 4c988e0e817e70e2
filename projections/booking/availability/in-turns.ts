import { setImmediate } from 'node:timers/promises';

/** How long work may hold the event loop at a time, in ms. */
const SLICE = 10;

/** Runs long work without holding up others: it pauses every few milliseconds, at a place where the work yields. */
export async function inTurns<Result>(work: Generator<void, Result>): Promise<Result> {
  for (let since = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < SLICE) continue;
    await setImmediate();
    since = performance.now();
  }
}
