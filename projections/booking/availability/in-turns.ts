import { ensure } from '@yoyaku/kernel';

/** How long work may hold the event loop at a time, in ms. */
const SLICE = 10;

/** How much work may wait: new, or, with what it holds in memory by then, begun. */
const MOST = { fresh: 200, begun: 20 };

/** Works for one slice, and says whether that was the last. */
type Job = () => boolean;

/** All work of the process that waits for a slice. */
const fresh: Job[] = [];
const begun: Job[] = [];
let isScheduled = false;
let isTurnOfBegun = false;

/**
 * Runs long work without holding up others, however much of it there is: in each turn of the event loop, one of all
 * works for some milliseconds. Work may pause wherever it yields. Throws `availability.busy` where too much waits, and
 * `availability.abandoned` once its result is not wanted any more.
 */
export async function inTurns<Result>(work: Generator<void, Result>, isWanted = () => true): Promise<Result> {
  ensure(fresh.length < MOST.fresh, 'availability.busy');
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  fresh.push(() => {
    try {
      for (const since = performance.now(); performance.now() - since < SLICE; ) {
        ensure(isWanted(), 'availability.abandoned');
        const { done, value } = work.next();
        if (!done) continue;
        resolve(value);
        return true;
      }
      ensure(begun.length < MOST.begun, 'availability.busy');
      return false;
    } catch (error) {
      reject(error);
      return true;
    }
  });
  schedule();
  return promise;
}

function schedule(): void {
  if (isScheduled || fresh.length + begun.length === 0) return;
  isScheduled = true;
  setImmediate(takeTurn);
}

/** New work, most of which needs no second slice, takes turns with the first that was begun, until that is done. */
function takeTurn(): void {
  isScheduled = false;
  isTurnOfBegun = begun.length > 0 && (!isTurnOfBegun || fresh.length === 0);
  const job = (isTurnOfBegun ? begun : fresh).shift() as Job;
  const isDone = job();
  if (!isDone) isTurnOfBegun ? begun.unshift(job) : begun.push(job);
  schedule();
}
