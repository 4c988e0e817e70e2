import { ensure } from '@yoyaku/kernel';

/** How long work may hold the event loop at a time, in ms. */
const SLICE = 10;

/** Limits of waiting work: new work, and started work, which holds memory. One caller may have half of it. */
const MOST = { fresh: 200, begun: 20 };

/** Works for one time slice, and returns whether that was the last. */
type Job = () => boolean;

/** Jobs of many callers. The callers take turns, however many jobs one of them has. */
class Queue {
  private readonly jobs = new Map<string, Job[]>();
  private length = 0;

  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.length === 0;
  }

  /** Throws `availability.busy` if there is no room, or none for this caller. */
  ensureRoomFor(caller: string): void {
    const isFull = this.length >= this.most || (this.jobs.get(caller)?.length ?? 0) >= this.most / 2;
    ensure(!isFull, 'availability.busy');
  }

  /** The first job of the caller whose turn it is. */
  take(): [caller: string, job: Job] {
    const [caller, [job, ...rest]] = this.jobs.entries().next().value as [string, [Job, ...Job[]]];
    this.jobs.delete(caller);
    if (rest.length > 0) this.jobs.set(caller, rest);
    this.length -= 1;
    return [caller, job];
  }

  add(caller: string, job: Job): void {
    this.jobs.set(caller, [...(this.jobs.get(caller) ?? []), job]);
    this.length += 1;
  }

  /** Puts the job back in first place among its caller's jobs: what was started first is finished first. */
  putBack(caller: string, job: Job): void {
    this.jobs.set(caller, [job, ...(this.jobs.get(caller) ?? [])]);
    this.length += 1;
  }
}

/** All work of the process that waits for a slice. */
const fresh = new Queue(MOST.fresh);
const begun = new Queue(MOST.begun);
let isScheduled = false;
let isTurnOfBegun = false;

export interface Turns {
  /** The caller: the time is shared between callers. */
  readonly caller?: string;
  readonly isWanted?: () => boolean;
}

/**
 * Runs long work without blocking other requests. In each turn of the event loop one job runs for some milliseconds; a
 * job can pause wherever it yields. Throws `availability.busy` if too much work waits, and `availability.abandoned`
 * when the result is no longer wanted.
 */
export async function inTurns<Result>(
  work: Generator<void, Result>,
  { caller = '', isWanted = () => true }: Turns = {},
): Promise<Result> {
  fresh.ensureRoomFor(caller);
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  let isBegun = false;
  fresh.add(caller, () => {
    try {
      for (const since = performance.now(); performance.now() - since < SLICE; ) {
        ensure(isWanted(), 'availability.abandoned');
        const { done, value } = work.next();
        if (!done) continue;
        resolve(value);
        return true;
      }
      if (!isBegun) begun.ensureRoomFor(caller);
      isBegun = true;
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
  if (isScheduled || (fresh.isEmpty && begun.isEmpty)) return;
  isScheduled = true;
  setImmediate(takeTurn);
}

/** New jobs, most of which need only one slice, alternate with started ones. */
function takeTurn(): void {
  isScheduled = false;
  isTurnOfBegun = !begun.isEmpty && (!isTurnOfBegun || fresh.isEmpty);
  const [caller, job] = (isTurnOfBegun ? begun : fresh).take();
  const isDone = job();
  if (!isDone) isTurnOfBegun ? begun.putBack(caller, job) : begun.add(caller, job);
  schedule();
}
