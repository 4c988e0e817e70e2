import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, type ResolvedEvent } from '@eventstore/db-client';
import { type Resources, untilExit } from '@yoyaku/embedded';
import type { Benchmark } from '../harness/benchmark';
import { compare, type Figures } from '../harness/compare';
import { decode, record } from '../load/recording';
import { startEventNode } from '../stack/servers';

const LONG_STREAM = { name: 'long-1', events: 100_000 };
const SHORT_STREAMS = { count: 1_000, events: 50 };
const BATCH = 500;

/** Gives every event to the callback. */
type Read = (onEvent: (event: ResolvedEvent) => void) => Promise<void>;

/**
 * Reads of 500-byte events: from event-node, from a server that repeats the same bytes from memory (what the client,
 * its gRPC and HTTP/2 can take at most), and decoding alone, without a connection.
 */
export const read: Benchmark = async (resources) => {
  const { url } = await startEventNode(resources);
  const client = openClient(resources, url);
  await fill(client);
  const tables = [];
  for (const stream of [undefined, LONG_STREAM.name]) {
    const recorded = await record(url, stream);
    const replay = openClient(resources, await startReplay(resources, recorded));
    const through =
      (client: EventStoreDBClient): Read =>
      async (onEvent) => {
        for await (const event of stream === undefined ? client.readAll() : client.readStream(stream)) onEvent(event);
      };
    const fromMemory: Read = async (onEvent) => decode(recorded, onEvent);
    tables.push(
      await compare(stream === undefined ? 'read $all' : 'read one long stream', [
        { name: 'event-node', run: () => timed(through(client)) },
        { name: 'replayed', run: () => timed(through(replay)) },
        { name: 'decoded from memory', run: () => timed(fromMemory) },
      ]),
    );
  }
  return tables;
};

async function timed(read: Read): Promise<Figures> {
  let events = 0;
  const started = performance.now();
  await read(() => {
    events += 1;
  });
  return { 'events/s': (events * 1_000) / (performance.now() - started) };
}

async function fill(client: EventStoreDBClient): Promise<void> {
  const batch = (size: number) =>
    Array.from({ length: size }, () => jsonEvent({ type: 'Measured', data: { text: 'x'.repeat(450) } }));
  for (let i = 0; i < LONG_STREAM.events; i += BATCH) await client.appendToStream(LONG_STREAM.name, batch(BATCH));
  for (let i = 0; i < SHORT_STREAMS.count; i++) await client.appendToStream(`short-${i}`, batch(SHORT_STREAMS.events));
}

async function startReplay(resources: Resources, recorded: Buffer): Promise<string> {
  const file = join(resources.dir, 'recorded');
  writeFileSync(file, recorded);
  const child = fork(join(__dirname, '..', 'load', 'replay-process.js'), [file]);
  resources.defer(async () => {
    child.kill();
    await untilExit(child);
  });
  const [port] = (await once(child, 'message')) as [number];
  return `esdb://127.0.0.1:${port}?tls=false`;
}

function openClient(resources: Resources, url: string): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(url);
  resources.defer(() => client.dispose());
  return client;
}
