import { Server, ServerCredentials } from '@grpc/grpc-js';
import { serverFeaturesDefinition, serverFeaturesHandlers } from './services/server-features';
import { streamsDefinition, streamsHandlers } from './services/streams';
import { Store } from './store/store';

export type EventNodeOptions = {
  /** 0 takes a free one. */
  port: number;
  /** Default 127.0.0.1: the node has neither TLS nor users. */
  host?: string;
} & ({ dataDir: string; inMemory?: never } | { inMemory: true; dataDir?: never });

export interface EventNode {
  port: number;
  /** For `EventStoreDBClient.connectionString`. */
  url: string;
  /** Resolves when every write taken is stored and answered, and the port and files are free. */
  close(): Promise<void>;
}

/** An event twice the limit still gets a proper answer. */
const LARGEST_MESSAGE = 64 * 1024 * 1024;
/** How long clients get to end their calls. */
const GRACE_MS = 1000;

/** Starts a node. Rejects when the port is taken or the data cannot be opened. */
export async function startEventNode(options: EventNodeOptions): Promise<EventNode> {
  const { host = '127.0.0.1' } = options;
  const store = new Store(options.dataDir === undefined ? 'memory' : { folder: options.dataDir });
  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': LARGEST_MESSAGE,
  });
  server.addService(streamsDefinition, streamsHandlers(store));
  server.addService(serverFeaturesDefinition, serverFeaturesHandlers);
  const port = await listen(server, `${host}:${options.port}`);
  return {
    port,
    url: `esdb://${host}:${port}?tls=false`,
    close: async () => {
      await store.queue.idle();
      await shutDown(server);
      await store.close();
    },
  };
}

const listen = (server: Server, address: string) =>
  new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });

const shutDown = (server: Server) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, GRACE_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
