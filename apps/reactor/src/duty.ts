import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, type Instant, now } from '@yoyaku/kernel';
import { isTransient } from '@yoyaku/postgres';
import { isReadModelMissing } from '@yoyaku/projecting';
import type { Logger } from 'pino';

/** Work that falls due with time. Doing it twice, or in two processes at once, must change nothing. */
export interface Duty {
  readonly name: string;
  /**
   * What is due; `graceMs` is how long a request in good health may take. What takes long is to end early when the
   * signal aborts.
   */
  due(now: Instant, graceMs: number, signal: AbortSignal): AsyncIterable<() => Promise<unknown>>;
}

export interface Rhythm {
  readonly everyMs: number;
  readonly graceMs: number;
}

/** Does what is due, again and again, until the signal aborts. What fails is due again the next time. */
export async function keepDoing(duty: Duty, rhythm: Rhythm, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await once(duty, rhythm, logger, signal).catch((err) => {
      // On a first start the read models may come after us, and while they are built anew after they were dropped.
      if (isReadModelMissing(err)) logger.debug({ duty: duty.name }, 'waiting for read models');
      else if (isTransient(err)) logger.warn({ err, duty: duty.name }, 'waiting for PostgreSQL');
      else logger.error({ err, duty: duty.name }, 'cannot look');
    });
    await delay(rhythm.everyMs, undefined, { signal }).catch(() => {});
  }
}

async function once(duty: Duty, { graceMs }: Rhythm, logger: Logger, signal: AbortSignal): Promise<void> {
  for await (const act of duty.due(now(), graceMs, signal)) {
    if (signal.aborted) return;
    try {
      await act();
    } catch (err) {
      // The read model was behind: the domain says that there is nothing to do.
      if (!(err instanceof DomainError || signal.aborted)) logger.warn({ err, duty: duty.name }, 'failed');
    }
  }
}
