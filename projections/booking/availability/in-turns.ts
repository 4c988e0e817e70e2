import { setImmediate as othersHadTheirTurn } from 'node:timers/promises';

/** How long work may go on before others have their turn, in ms. */
const SLICE = 10;

/** Does work that says, by what it yields, where it may pause: it does, every few milliseconds. */
export async function inTurns<Result>(work: Generator<void, Result>): Promise<Result> {
  for (let since = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < SLICE) continue;
    await othersHadTheirTurn();
    since = performance.now();
  }
}
