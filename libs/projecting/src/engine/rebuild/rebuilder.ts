import { sleep, type Uuid } from '@yoyaku/kernel';
import { isHeld, type Notifications } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import type { AnyProjection } from '../../projection';
import { CHANGED } from '../running/channels';
import type { ProjectorLog } from '../running/log';
import { dropAbandoned, dropRetired } from '../tables/generations';
import { areKnown, lockOf, openRebuilds } from './rebuild-requests';

export interface RebuilderOptions {
  readonly projections: readonly AnyProjection[];
  readonly pool: Pool;
  /** What this build can read: see `EventCodec.reads`. */
  readonly reads: string;
  readonly notifications: Notifications;
  /** Does the work, unless somebody else already does. */
  readonly rebuild: (id: Uuid, signal: AbortSignal) => Promise<void>;
  readonly log: ProjectorLog;
}

/** Requests are heard of at once; what a process that died left is looked for this often. */
const LOOK = 2_000;

/** Takes up the rebuilds that someone asked for and that are about definitions of this build. */
export class Rebuilder {
  constructor(private readonly options: RebuilderOptions) {}

  /** One after the other, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { notifications, pool, projections, reads, rebuild, log } = this.options;
    let wake = () => {};
    await notifications.listen(CHANGED, { onNotification: () => wake() });
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        for (const { id, definitions, refused } of await openRebuilds(pool)) {
          const isReadable = !refused.includes(reads);
          if (!isReadable || !areKnown(definitions, projections)) continue;
          // To find that out by trying would cost a process each time.
          if (!(await isHeld(pool, lockOf(id)))) await rebuild(id, signal);
        }
        await dropAbandoned(pool);
        await dropRetired(pool);
      } catch (error) {
        log.warn({ err: error }, 'Rebuilds wait');
      }
      const waiting = new AbortController();
      await Promise.race([woken, sleep(LOOK, { signal: AbortSignal.any([signal, waiting.signal]) })]);
      waiting.abort();
    }
  }
}
