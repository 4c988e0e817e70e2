import { setImmediate as othersFirst } from 'node:timers/promises';

/** Lets other requests go first wherever the work pauses. */
export async function othersBetween<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await othersFirst();
  }
}
