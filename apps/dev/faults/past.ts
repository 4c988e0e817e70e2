import { Resources } from '@yoyaku/embedded';
import { ensureHistory } from '@yoyaku/simulation';
import type { Given } from './given';

/** The lives that the past consists of are short, for what counts is how many events there are. */
const DAYS = 14;

/**
 * Gives an installation, before it starts, a past of so many events: in the files of its event-node, or in the event
 * store that it was given. Takes a while: ports that are to be free are looked for afterwards.
 */
export async function givePast(folder: string, events: number, { ESDB_URL, ESDB_PREFIX = '' }: Given): Promise<void> {
  const resources = new Resources();
  const eventStore = ESDB_URL ? { url: ESDB_URL, prefix: ESDB_PREFIX } : undefined;
  try {
    await ensureHistory(resources, { folder, events, days: DAYS, eventStore });
  } finally {
    await resources.stop();
  }
}
