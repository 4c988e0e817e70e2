import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Instant } from '@yoyaku/kernel';
import { type BusyTimes, UnusableCalendar } from './busy-times';

export interface ToRead {
  readonly text: string;
  /** Of the resource. */
  readonly timeZone: string;
  readonly now: Instant;
  /** UIDs of events that came from here. */
  readonly own: ReadonlySet<string>;
}

export type ReadingAnswer = { readonly found: BusyTimes } | { readonly unusable: UnusableCalendar['code'] };

/** What one file may take, whatever is in it: milliseconds, and megabytes. */
const PATIENCE = 20_000;
const MOST_MEMORY = 256;

/** Specs run TypeScript as it is written. */
const HOOK = __filename.endsWith('.ts') ? ['-r', join(__dirname, '../../../../../tools/swc-require.cjs')] : undefined;

/**
 * As `busyTimesOf`, in a thread of its own that is ended when it takes too long: strangers write the files, and whoever
 * else this process serves does not wait for them. Throws {@link UnusableCalendar}.
 */
export async function busyTimesInThread(toRead: ToRead, patience = PATIENCE): Promise<BusyTimes> {
  const thread = new Worker(require.resolve('./reading-thread'), {
    workerData: toRead,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
    execArgv: HOOK,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<ReadingAnswer>((resolve, reject) => {
      const tooMuch = () => resolve({ unusable: 'too_complex' });
      timer = setTimeout(tooMuch, patience);
      thread.once('message', resolve);
      thread.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : reject(error),
      );
      thread.once('exit', (code) => reject(new Error(`The thread that reads calendars ended with ${code}`)));
    });
    if ('unusable' in answer) throw new UnusableCalendar(answer.unusable);
    return answer.found;
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}
