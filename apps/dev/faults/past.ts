import { join } from 'node:path';
import { PREFIX_SETTING } from '@yoyaku/composition';
import { ensureDatabase, freePort, launch, postgres, type RunningServer } from '@yoyaku/embedded';
import { EventStoreDb } from '@yoyaku/eventing';
import { createPool } from '@yoyaku/postgres';
import { ensureHistory } from '../../../bench/generate/history';
import { startEventNode } from '../../../bench/stack/event-node';
import { Resources } from '../../../bench/stack/servers';
import { keepSecrets } from '../src/secrets';
import type { Given } from './given';

/** The lives that the past consists of are short, for what counts is how many events there are. */
const DAYS = 14;

/**
 * Gives an installation, before it starts, a past of so many events: in the files of its event-node, or in the event
 * store that it was given. Takes a while: ports that are to be free are looked for afterwards.
 */
export async function givePast(dataDir: string, events: number, given: Given): Promise<void> {
  const resources = new Resources();
  try {
    await ensureHistory(resources, dataDir, events, DAYS);
    if (given.ESDB_URL) {
      await appendAnew(
        await startEventNode(resources, join(dataDir, 'event-node')),
        new EventStoreDb(given.ESDB_URL, { prefix: given.ESDB_PREFIX }),
      );
      await forgetPrefix(resources, dataDir);
    }
  } finally {
    await resources.stop();
  }
}

/** Every event of that server, in their order. */
async function appendAnew({ url }: RunningServer, to: EventStoreDb): Promise<void> {
  const from = new EventStoreDb(url);
  try {
    for await (const { stream, revision, id, type, data, metadata } of from.readAll()) {
      await to.append(stream, revision === 0 ? 'no_stream' : revision - 1, [{ id, type, data, metadata }]);
    }
  } finally {
    await from.close();
    await to.close();
  }
}

/** Whoever made the past did so without a prefix, and an installation keeps its prefix for good. */
async function forgetPrefix(resources: Resources, dataDir: string): Promise<void> {
  const { secrets } = keepSecrets(dataDir);
  const password = secrets.postgresPassword;
  const spec = await postgres({ dataDir: join(dataDir, 'postgres'), port: await freePort(), password });
  const server = await launch(spec);
  resources.use(server);
  const pool = createPool(await ensureDatabase(server.url, 'yoyaku'), { max: 1 });
  await pool.query('delete from app.kept_settings where name = $1', [PREFIX_SETTING]);
  await pool.end();
  await server.stop();
}
