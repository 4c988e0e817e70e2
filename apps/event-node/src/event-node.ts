import type { SlowConsumer } from './reading/follow';
import { DEFAULT_MAX_APPEND_SIZE } from './services/append-size';
import { serverFeaturesHandlers } from './services/server-features';
import { streamsHandlers } from './services/streams';
import { Store } from './store/store';
import { shuttingDown } from './wire/failures';
import { GrpcServer } from './wire/server';

export type EventNodeOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Default 127.0.0.1: the node has neither TLS nor users. */
  host?: string;
  /** Bytes of all events of one append; default 1 MiB, as EventStoreDB's. */
  maxAppendSize?: number;
  /** What happens to a live subscriber that is slower than the writers. Default: the node waits for it. */
  slowConsumer?: SlowConsumer;
} & ({ dataDir: string; inMemory?: never } | { inMemory: true; dataDir?: never });

export interface EventNode {
  port: number;
  /** For `EventStoreDBClient.connectionString`. */
  url: string;
  /** Resolves when the storage has failed. The node then refuses all writes and must be restarted. */
  failed: Promise<Error>;
  /** Resolves when every write taken is stored and answered, and the port and files are free. */
  close(): Promise<void>;
}

/** Starts a node. Rejects when the port is taken or the data cannot be opened. */
export async function startEventNode(options: EventNodeOptions): Promise<EventNode> {
  const { host = '127.0.0.1', maxAppendSize = DEFAULT_MAX_APPEND_SIZE, slowConsumer = 'wait' } = options;
  const store = new Store(options.dataDir === undefined ? 'memory' : { folder: options.dataDir });
  const streams = streamsHandlers(store, { maxAppendSize, slowConsumer });
  const server = new GrpcServer({ ...streams, ...serverFeaturesHandlers(streams) });
  const port = await server.listen(options.port, host);
  return {
    port,
    url: `esdb://${host}:${port}?tls=false`,
    failed: store.failed,
    close: async () => {
      await store.queue.idle();
      await server.close(shuttingDown());
      await store.close();
    },
  };
}
