import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, nats, type RunningServer } from '@yoyaku/embedded';
import {
  type Delivery,
  EventCodec,
  EventStoreDb,
  NatsChannel,
  Relay,
  type StoredEvent,
  systemContext,
} from '@yoyaku/eventing';
import { fixedKeys, JETSTREAM_BYTES, startServers, type TestServers, until } from '@yoyaku/testing';
import { connect, DiscardPolicy } from 'nats';
import { Account } from './account';

const noKeys = fixedKeys();
const codec = new EventCodec([Account], noKeys);

const KEY = randomBytes(32);

let servers: TestServers;
let store: EventStoreDb;
let appended = 0;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  servers = await startServers();
  store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

afterAll(async () => {
  await store.close();
  await servers.stop();
});

/** Appends that many events, each to a stream of its own. */
async function append(count: number, note = ''): Promise<bigint[]> {
  const positions: bigint[] = [];
  for (let i = 0; i < count; i++) {
    appended += 1;
    const stream = `account-${appended}`;
    const event = { type: 'AccountOpened', data: { accountId: `a${appended}`, holder: null, note } };
    const sealed = await codec.sealAll(stream, [event], systemContext('spec'), 'tenant', { revision: -1, hash: null });
    positions.push((await store.append(stream, 'no_stream', sealed)).position);
  }
  return positions;
}

function open(name: string, url = servers.natsUrl): NatsChannel {
  const channel = new NatsChannel({
    url,
    stream: `${servers.jetStream}_${name}`,
    partitions: 8,
    key: KEY,
    maxBytes: JETSTREAM_BYTES,
  });
  closing.push(() => channel.close());
  return channel;
}

/** Relays what comes from now on. */
async function relay(channel: NatsChannel) {
  const stopping = new AbortController();
  const errors: unknown[] = [];
  const mended: number[] = [];
  const relaying = new Relay({
    eventStore: store,
    channel,
    onError: (error) => errors.push(error),
    onMended: (failures) => mended.push(failures),
  });
  const running = relaying.run(stopping.signal);
  const stop = async () => {
    stopping.abort();
    await running;
  };
  closing.push(stop);
  await until(() => relaying.progress !== undefined);
  return { relaying, stop, errors, mended };
}

/** Subscribes, and gives a function that waits for the next deliveries up to that position. */
async function listen(channel: NatsChannel) {
  const stopping = new AbortController();
  await channel.untilConnected(stopping.signal);
  await channel.prepare();
  const { deliveries } = await channel.subscribe(stopping.signal);
  closing.push(async () => stopping.abort());
  const arriving = deliveries[Symbol.asyncIterator]();
  return async (last: bigint): Promise<Delivery[]> => {
    const arrived: Delivery[] = [];
    while (arrived.at(-1)?.position !== last) arrived.push((await arriving.next()).value);
    return arrived;
  };
}

const positionsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ position }) => position);

/** Everything the JetStream stream holds, by position. */
async function held(name: string): Promise<bigint[]> {
  const connection = await connect({ servers: servers.natsUrl });
  const { streams } = await connection.jetstreamManager();
  const stream = `${servers.jetStream}_${name}`;
  const { state } = await streams.info(stream);
  const positions: bigint[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    positions.push(BigInt((await streams.getMessage(stream, { seq })).header.get('Event-Position')));
  }
  await connection.close();
  return positions;
}

async function everythingAfter(position: bigint): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readAll({ after: position })) events.push(event);
  return events;
}

test('carries every event from when the stream was empty, whole and in order, each naming the one before', async () => {
  const channel = open('order');
  const next = await listen(channel);
  const early = (await append(3)).at(-1) as bigint;
  await relay(channel);
  const late = await append(300);
  const deliveries = await next(late.at(-1) as bigint);
  expect(positionsOf(deliveries)).toEqual(late);
  expect(deliveries.map(({ previous }) => previous)).toEqual([early, ...late.slice(0, -1)]);
  expect(deliveries.map(({ event }) => event)).toEqual(await everythingAfter(early));
});

test('goes on after a restart where the stream ends, and publishes nothing twice', async () => {
  const channel = open('restart');
  const next = await listen(channel);
  const start = await store.head();
  const first = await relay(channel);
  const before = await append(5);
  await next(before.at(-1) as bigint);
  await first.stop();
  const between = await append(5);
  await relay(channel);
  await next(between.at(-1) as bigint);
  expect(await held('restart')).toEqual((await everythingAfter(start)).map(({ position }) => position));
});

test('into a store that ends before what was published it does not go on, says so once, and shows it', async () => {
  const channel = open('restored');
  await channel.untilConnected(AbortSignal.timeout(10_000));
  await channel.prepare();
  await append(1);
  const head = await store.head();
  let asked = 0;
  let restored = true;
  const eventStore = Object.assign(Object.create(store), {
    head: async () => {
      asked += 1;
      return restored ? head - 1n : store.head();
    },
  });
  const [event] = await everythingAfter(head - 1n);
  await channel.publish([event as StoredEvent], { sequence: 0, position: head - 1n });
  const errors: unknown[] = [];
  const stopping = new AbortController();
  const relaying = new Relay({ eventStore, channel, onError: (error) => errors.push(error), onMended: () => {} });
  const running = relaying.run(stopping.signal);
  closing.push(async () => {
    stopping.abort();
    await running;
  });
  await until(() => asked > 3);
  expect(errors).toEqual([expect.objectContaining({ name: 'PublishedBeyondStore' })]);
  expect(relaying.progress).toBeUndefined();
  restored = false;
  await until(() => relaying.progress !== undefined);
});

test('what a full stream does not take is told once, with its cause, and how often when it is over; it then arrives in order', async () => {
  const connection = await connect({ servers: servers.natsUrl });
  const { streams } = await connection.jetstreamManager();
  const name = `${servers.jetStream}_full`;
  const config = { name, subjects: [`${name.toLowerCase()}.>`], discard: DiscardPolicy.New, max_bytes: 20_000 };
  await streams.add(config);
  closing.push(() => connection.close());
  const channel = open('full');
  const next = await listen(channel);
  const publish = jest.spyOn(channel, 'publish');
  const { errors, mended } = await relay(channel);

  const large = 'x'.repeat(3_000);
  const positions = [
    ...(await append(3, large)),
    ...(await Promise.all([1, 2, 3, 4, 5].map(() => append(1, large)))).flat(),
  ];
  await until(() => errors.length > 0);
  const tries = publish.mock.calls.length;
  await until(() => publish.mock.calls.length > tries + 3);
  expect(errors).toEqual([expect.objectContaining({ message: 'maximum bytes exceeded' })]);
  expect(mended).toEqual([]);

  await streams.update(name, { ...config, max_bytes: 1_000_000 });
  const last = (await append(1)).at(-1) as bigint;
  const deliveries = await next(last);
  const ordered = [...positions].sort((a, b) => Number(a - b));
  expect(positionsOf(deliveries)).toEqual([...ordered, last]);
  expect(deliveries.every(({ event }) => event !== undefined)).toBe(true);
  await until(() => mended.length > 0);
  expect(mended).toEqual([expect.any(Number)]);
  expect(mended[0]).toBeGreaterThan(3);
  expect(errors).toHaveLength(1);
});

test('two relays at once publish each event once', async () => {
  const channel = open('fence');
  const next = await listen(channel);
  const start = await store.head();
  await relay(channel);
  const other = await relay(open('fence'));
  let last = 0n;
  for (let round = 0; round < 5; round++) last = (await append(40)).at(-1) as bigint;
  await next(last);
  await other.stop();
  expect(await held('fence')).toEqual((await everythingAfter(start)).map(({ position }) => position));
});

test('an event too large to travel is announced without its body', async () => {
  const channel = open('large');
  const next = await listen(channel);
  await relay(channel);
  const [position] = await append(1, 'x'.repeat(1_047_000));
  const deliveries = await next(position as bigint);
  expect(deliveries.at(-1)).toMatchObject({ position, event: undefined });
});

test('a server that is killed and comes back with nothing gets what comes from then on', async () => {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'yoyaku-relay-'));
  let server: RunningServer = await launch(nats({ dataDir, port }));
  const channel = open('wiped', server.url);
  const { relaying } = await relay(channel);
  const next = await listen(channel);
  const first = await append(3);
  await next(first.at(-1) as bigint);

  await server.kill();
  rmSync(dataDir, { recursive: true });
  const second = await append(3);
  server = await launch(nats({ dataDir, port }));
  closing.unshift(async () => {
    await server.kill();
    rmSync(dataDir, { recursive: true });
  });
  await until(() => relaying.progress?.position === second.at(-1));
  const third = await append(1);
  await until(async () => (await channel.last()).position === third[0]);
});

test('a server that asks for a user and a password gets those of its address', async () => {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'yoyaku-relay-'));
  const spec = nats({ dataDir, port });
  const server = await launch({ ...spec, args: [...spec.args, '--user', 'yoyaku', '--pass', 'p@ss'] });
  closing.push(async () => {
    await server.kill();
    rmSync(dataDir, { recursive: true });
  });
  const channel = open('user', `nats://yoyaku:p%40ss@127.0.0.1:${port}`);
  await channel.untilConnected(AbortSignal.timeout(5_000));
  await channel.prepare();
  const stranger = open('user', `nats://127.0.0.1:${port}`);
  expect([channel.connected, stranger.connected]).toEqual([true, false]);
});
