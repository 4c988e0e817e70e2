import { DomainError, type Instant, now, sleep } from '@yoyaku/kernel';
import { isTransient } from '@yoyaku/postgres';
import { isReadModelMissing } from '@yoyaku/projecting';
import type { Logger } from 'pino';

/** Work that becomes due with time. Doing it twice, or in two processes at once, must change nothing. */
export interface Duty {
  readonly name: string;
  /** How often it looks for work, in milliseconds. */
  readonly everyMs: number;
  /**
   * Yields the work that is due. `graceMs`: a request that still runs is done within this time. Long work ends early
   * when the signal aborts.
   */
  due(now: Instant, graceMs: number, signal: AbortSignal): AsyncIterable<() => Promise<unknown>>;
}

export interface Rhythm {
  /** Absent: each duty's own. */
  readonly everyMs?: number;
  readonly graceMs: number;
}

/** Does the work that is due, at intervals, until the signal aborts. Work that fails is due again the next time. */
export async function keepDoing(duty: Duty, rhythm: Rhythm, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await once(duty, rhythm, logger, signal).catch((err) => {
      // Read models may be missing: on a first start, or while they are built again after they were dropped.
      if (isReadModelMissing(err)) logger.debug({ duty: duty.name }, 'waiting for read models');
      else if (isTransient(err)) logger.warn({ err, duty: duty.name }, 'waiting for PostgreSQL');
      else logger.error({ err, duty: duty.name }, 'cannot find out what is due');
    });
    await sleep(rhythm.everyMs ?? duty.everyMs, { signal });
  }
}

async function once(duty: Duty, { graceMs }: Rhythm, logger: Logger, signal: AbortSignal): Promise<void> {
  for await (const work of duty.due(now(), graceMs, signal)) {
    if (signal.aborted) return;
    try {
      await work();
    } catch (err) {
      // The read model was behind, and the domain refuses: there is nothing left to do.
      if (!(err instanceof DomainError || signal.aborted)) logger.warn({ err, duty: duty.name }, 'failed');
    }
  }
}
