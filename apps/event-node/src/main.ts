import { Command, InvalidArgumentError, Option } from 'commander';
import { startEventNode } from './event-node';
import type { SlowConsumer } from './reading/follow';
import { DEFAULT_MAX_APPEND_SIZE, GREATEST_MAX_APPEND_SIZE } from './services/append-size';

const wholeNumber = (least: number, most: number) => (text: string) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new InvalidArgumentError(`not a number from ${least} to ${most}`);
};

const log = (fields: Record<string, unknown>): void => console.log(JSON.stringify({ app: 'event-node', ...fields }));

const options = new Command('event-node')
  .description('A single EventStoreDB-protocol node')
  .addOption(
    new Option('--port <port>', '0 takes a free one')
      .env('EVENT_NODE_PORT')
      .default(2113)
      .argParser(wholeNumber(0, 65_535)),
  )
  .addOption(new Option('--host <host>', 'address to listen on').env('EVENT_NODE_HOST').default('127.0.0.1'))
  .addOption(new Option('--data <dir>', 'where events are kept').env('EVENT_NODE_DATA').default('.data/event-node'))
  .addOption(
    new Option('--max-append-size <bytes>', 'of all events of one append')
      .env('EVENT_NODE_MAX_APPEND_SIZE')
      .default(DEFAULT_MAX_APPEND_SIZE)
      .argParser(wholeNumber(1, GREATEST_MAX_APPEND_SIZE)),
  )
  .addOption(
    new Option('--slow-consumer <what>', 'wait for a live subscriber that is slower than the writers, or end it')
      .env('EVENT_NODE_SLOW_CONSUMER')
      .choices(['wait', 'end'])
      .default('wait'),
  )
  .option('--in-memory', 'keep nothing', false)
  .parse()
  .opts<{
    port: number;
    host: string;
    data: string;
    maxAppendSize: number;
    slowConsumer: SlowConsumer;
    inMemory: boolean;
  }>();

/** EX_IOERR of sysexits.h. */
const STORAGE_FAILED = 74;

async function main(): Promise<void> {
  const { port, host, data, maxAppendSize, slowConsumer, inMemory } = options;
  const storage = inMemory ? { inMemory } : { dataDir: data };
  const node = await startEventNode({ port, host, maxAppendSize, slowConsumer, ...storage });
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

/** Errors that mistakes in code throw. Their stack must be shown. */
const MISTAKES = [RangeError, ReferenceError, SyntaxError, TypeError];

main().catch((error: unknown) => {
  const isMistake = MISTAKES.some((each) => error instanceof each);
  const stack = isMistake ? (error as Error).stack : undefined;
  log({ msg: 'cannot start', error: error instanceof Error ? error.message : String(error), stack });
  process.exit(1);
});
