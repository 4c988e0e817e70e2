import { Command, InvalidArgumentError, Option } from 'commander';
import { startEventNode } from './event-node';

const toPort = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('not a port');
  return port;
};

const log = (fields: Record<string, unknown>): void => console.log(JSON.stringify({ app: 'event-node', ...fields }));

const options = new Command('event-node')
  .description('A single EventStoreDB-protocol node')
  .addOption(new Option('--port <port>', '0 takes a free one').env('EVENT_NODE_PORT').default(2113).argParser(toPort))
  .addOption(new Option('--host <host>', 'address to listen on').env('EVENT_NODE_HOST').default('127.0.0.1'))
  .addOption(new Option('--data <dir>', 'where events are kept').env('EVENT_NODE_DATA').default('.data/event-node'))
  .option('--in-memory', 'keep nothing', false)
  .parse()
  .opts<{ port: number; host: string; data: string; inMemory: boolean }>();

/** EX_IOERR of sysexits.h. */
const STORAGE_FAILED = 74;

async function main(): Promise<void> {
  const { port, host, data, inMemory } = options;
  const node = await startEventNode({ port, host, ...(inMemory ? { inMemory } : { dataDir: data }) });
  log({ msg: 'ready', port: node.port, url: node.url, data: inMemory ? null : data });
  void node.failed.then(({ message }) => {
    log({ msg: 'the storage failed, the node stops: look at the disk, then start it again', error: message, data });
    process.exit(STORAGE_FAILED);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void node.close().then(() => {
        log({ msg: 'stopped', signal });
        process.exit(0);
      });
    });
  }
}

main().catch((error: unknown) => {
  log({ msg: 'cannot start', error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
