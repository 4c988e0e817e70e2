import { randomBytes } from 'node:crypto';
import { dropDatabase, ensureDatabase } from '@yoyaku/embedded';
import { startEventNode } from '../../../apps/event-node/src/event-node';
import { askForSharedServers } from './shared-servers';

/** Enough for what one test relays. A stream sets that much of the disk aside, for as long as the server runs. */
export const JETSTREAM_BYTES = 16 * 2 ** 20;

export interface TestServers {
  /** A new, empty database of its own. */
  readonly databaseUrl: string;
  /** An event-node of its own, in memory. */
  readonly eventStoreUrl: string;
  readonly natsUrl: string;
  /** Name for a JetStream stream of its own; neither made nor removed here, the server lasts as long as the run. */
  readonly jetStream: string;
  /** Ends the event-node and drops the database. */
  stop(): Promise<void>;
}

/** Real servers for one test file, apart from those of all others. Throws when one cannot be started. */
export async function startServers(): Promise<TestServers> {
  const { postgresUrl, natsUrl } = await askForSharedServers();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const [databaseUrl, eventNode] = await Promise.all([
    ensureDatabase(postgresUrl, name),
    startEventNode({ inMemory: true, port: 0, slowConsumer: 'end' }),
  ]);
  return {
    databaseUrl,
    eventStoreUrl: eventNode.url,
    natsUrl,
    jetStream: name,
    stop: async () => {
      await Promise.all([eventNode.close(), dropDatabase(postgresUrl, name)]);
    },
  };
}
