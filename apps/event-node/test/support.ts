import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { type EventNode, startEventNode } from '../src/event-node';
import type { SlowConsumer } from '../src/reading/follow';

/** Refuses nothing of the client: any call that takes credentials goes by Append, any other by BatchAppend. */
export const CREDENTIALS = { username: 'admin', password: 'changeit' };

export interface Peer {
  node: EventNode;
  client: EventStoreDBClient;
  close(): Promise<void>;
}

/** A node in this process that keeps nothing, and a client of it. */
export const startPeer = (options: { maxAppendSize?: number; slowConsumer?: SlowConsumer } = {}): Promise<Peer> =>
  connect(startEventNode({ port: 0, inMemory: true, ...options }));

/** A node in this process over a folder, and a client of it. */
export const startPeerOver = (dataDir: string): Promise<Peer> => connect(startEventNode({ port: 0, dataDir }));

async function connect(starting: Promise<EventNode>): Promise<Peer> {
  const node = await starting;
  const client = EventStoreDBClient.connectionString(node.url);
  const close = async () => {
    await client.dispose();
    await node.close();
  };
  return { node, client, close };
}

export const happened = (n: number, id?: string) => jsonEvent({ type: 'Happened', data: { n }, ...(id && { id }) });

/** The `n` of each event of a read. */
export async function numbers(events: AsyncIterable<{ event?: { data: unknown } }>): Promise<number[]> {
  return (await collect(events)).map(numberOf);
}

export const numberOf = ({ event }: { event?: { data: unknown } }): number => (event!.data as { n: number }).n;

export async function collect<T>(items: AsyncIterable<T>, count = Number.POSITIVE_INFINITY): Promise<T[]> {
  const found: T[] = [];
  if (count === 0) return found;
  for await (const item of items) if (found.push(item) >= count) break;
  return found;
}

const ROOT = path.resolve(__dirname, '../../..');
const RUN_TYPESCRIPT = ['-r', path.join(ROOT, 'tools/swc-require.cjs'), path.join(ROOT, 'apps/event-node/src/main.ts')];

export interface NodeProcess {
  process: ChildProcess;
  url: string;
}

/** Runs the node as its own process. @param limits shell commands that bind it, such as `ulimit -f 1000` */
export async function spawnNode(args: string[], limits = ':'): Promise<NodeProcess> {
  const child = spawn(
    '/bin/sh',
    ['-c', `${limits}; exec "$0" "$@"`, process.execPath, ...RUN_TYPESCRIPT, '--port', '0', ...args],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { process: child, url: (JSON.parse(String(line)) as { url: string }).url };
}
