import { randomBytes } from 'node:crypto';
import { dropDatabase, ensureDatabase } from '@yoyaku/embedded';
import { startEventNode } from '../../../apps/event-node/src/event-node';
import { StreamNames } from '../../eventing/src/store/eventstoredb/stream-names';
import { askForSharedServers } from './shared-servers';

/** Enough for what one test relays. A stream sets that much of the disk aside, for as long as the server runs. */
export const JETSTREAM_BYTES = 16 * 2 ** 20;

export interface TestServers {
  /** A new, empty database of its own. */
  readonly databaseUrl: string;
  /** An event-node of its own, in memory; or the server of TEST_ESDB_URL, which all test files of a run share. */
  readonly eventStoreUrl: string;
  /** What keeps streams apart there; empty in an event-node of its own. */
  readonly eventStorePrefix: string;
  /** What the event store calls a stream of ours. */
  readonly inStore: (stream: string) => string;
  readonly natsUrl: string;
  /** Name for a JetStream stream of its own; neither made nor removed here, the server lasts as long as the run. */
  readonly jetStream: string;
  /** What names these servers to a process of ours, but NATS, which is not used unless it is named. */
  readonly environment: Readonly<Record<'DATABASE_URL' | 'ESDB_URL' | 'ESDB_PREFIX', string>>;
  /** Ends the event-node and drops the database. */
  stop(): Promise<void>;
}

const realEventStore = process.env.TEST_ESDB_URL || undefined;

/**
 * For tests that only an event-node of their own can serve: of stores that are set back, damaged or empty, or that others
 * use and nobody has a prefix in. Skipped, and counted, otherwise.
 */
export const testOfEventNode = () => (realEventStore ? test.skip : test);

/** Real servers for one test file, apart from those of all others. Throws when one cannot be started. */
export async function startServers(): Promise<TestServers> {
  const { postgresUrl, natsUrl } = await askForSharedServers();
  const name = `test_${randomBytes(6).toString('hex')}`;
  const [databaseUrl, eventNode] = await Promise.all([
    ensureDatabase(postgresUrl, name),
    realEventStore ? undefined : startEventNode({ inMemory: true, port: 0, slowConsumer: 'end' }),
  ]);
  const eventStoreUrl = realEventStore ?? eventNode!.url;
  const eventStorePrefix = realEventStore ? name : '';
  return {
    databaseUrl,
    eventStoreUrl,
    eventStorePrefix,
    inStore: (stream) => new StreamNames(eventStorePrefix).inStore(stream),
    environment: { DATABASE_URL: databaseUrl, ESDB_URL: eventStoreUrl, ESDB_PREFIX: eventStorePrefix },
    natsUrl,
    jetStream: name,
    stop: async () => {
      await Promise.all([eventNode?.close(), dropDatabase(postgresUrl, name)]);
    },
  };
}
