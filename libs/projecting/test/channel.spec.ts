import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, nats } from '@yoyaku/embedded';
import { NatsChannel, type StoredEvent } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { JETSTREAM_BYTES, tcpProxy, until } from '@yoyaku/testing';
import { connect } from 'nats';
import { expectRowsOfHistory, load } from './under-load';
import { createWorld, PARTITIONS, RELAY_KEY, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

/** Of somebody who may publish where our relay does, but has not its key. */
const anotherChannel = () =>
  new NatsChannel({
    url: world.servers.natsUrl,
    stream: world.servers.jetStream,
    partitions: PARTITIONS,
    key: randomBytes(32),
    maxBytes: JETSTREAM_BYTES,
  });

test('NATS killed and wiped: rows follow the store, and NATS again when it is back', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yoyaku-projecting-'));
  const port = await freePort();
  let server = await launch(nats({ dataDir, port }));
  const channel = world.channel(server.url);
  world.relay(channel);
  const projector = await world.project({ channel });
  const stop = await load(world);
  await until(() => projector.path === 'nats');
  await server.kill();
  rmSync(dataDir, { recursive: true });
  await until(() => projector.path === 'store');
  await world.reached(await world.deposit('t6', await world.open('t6', 'Cho'), 1));
  server = await launch(nats({ dataDir, port }));
  await until(() => projector.path === 'nats');
  await world.reached(await stop());
  await expectRowsOfHistory(world);
  await world.tidy();
  await server.kill();
  rmSync(dataDir, { recursive: true });
});

/** In which order a channel might bring events that are numbered from 0. */
const disorders: Readonly<Record<string, (numbers: readonly number[]) => number[]>> = {
  'each twice': (numbers) => numbers.flatMap((n) => [n, n]),
  backwards: (numbers) => numbers.toReversed(),
  'every third one only': (numbers) => numbers.filter((n) => n % 3 === 2),
  'the odd ones before the even ones': (numbers) => [
    ...numbers.filter((n) => n % 2),
    ...numbers.filter((n) => n % 2 === 0),
  ],
  'forth, back and forth again': (numbers) => [...numbers, ...numbers.toReversed(), ...numbers],
};

test.each(Object.entries(disorders))('events that come %s give the same rows', async (_, disorder) => {
  const channel = world.channel();
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats');
  let { sequence } = await channel.last();
  const accounts = [await world.open('t1', 'Dan'), await world.open('t2', 'Dan')];
  for (let round = 0; round < 5; round++) {
    const before = (await world.everything()).length;
    for (let i = 0; i < 20; i++) await world.deposit(`t${(i % 2) + 1}`, accounts[i % 2] as string, round);
    const events = await world.everything();
    const numbers = Array.from({ length: 20 }, (_, i) => before + i);
    for (const n of disorder(numbers)) {
      const last = { sequence, position: events[n - 1]?.position ?? 0n };
      ({ sequence } = await channel.publish([events[n] as StoredEvent], last));
    }
    await world.reached(events[disorder(numbers).reduce((a, b) => Math.max(a, b))]?.position ?? 0n);
  }
  await world.reached((await world.everything()).at(-1)?.position ?? 0n);
  await expectRowsOfHistory(world);
});

test('a reader so slow that NATS has dropped what it did not read misses nothing', async () => {
  const { natsUrl: url, jetStream: stream } = world.servers;
  const channel = new NatsChannel({ url, stream, partitions: PARTITIONS, key: RELAY_KEY, maxBytes: 200_000 });
  const { relaying } = world.relay(channel);
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats');
  const accounts = await Promise.all(['t1', 't2', 't3'].map((tenant) => world.open(tenant, 'Fay')));
  await world.reached(await world.deposit('t1', accounts[0] as string, 1));

  const blocking = await world.pool.connect();
  await blocking.query('begin; lock table tally_g1.accounts in access exclusive mode');
  const deposits = Array.from({ length: 500 }, () => ({ type: 'Deposited', data: { amount: 1 } }) as const);
  let last = 0n;
  for (let round = 0; round < 13; round++) {
    const tenant = round % 3;
    last = await world.append(`t${tenant + 1}`, accounts[tenant] as string, ...deposits);
  }
  await until(() => (relaying.progress?.position ?? 0n) >= last);
  await blocking.query('rollback');
  blocking.release();
  await world.reached(last);
  await expectRowsOfHistory(world);
  await world.tidy();
  await channel.close();
});

test('what others publish beside the relay changes nothing, and is counted', async () => {
  let refused = 0;
  const channel = world.channel(world.servers.natsUrl, (count) => {
    refused = count;
  });
  const first = world.relay(channel);
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats' && first.relaying.progress !== undefined);
  const account = await world.open('t1', 'Gus');
  await world.reached(await world.deposit('t1', account, 1));
  await first.stop();

  // Somebody who may publish but has not the key: events of their own, far ahead, and a genuine one that says more.
  const { natsUrl: url, jetStream: stream } = world.servers;
  const forger = anotherChannel();
  await forger.untilConnected(AbortSignal.timeout(5_000));
  const genuine = (await world.everything()).at(-1) as StoredEvent;
  const { sequence } = await channel.last();
  const forged = [1n, 1_000_000n].map((ahead, i) => ({
    ...genuine,
    id: newUuid(),
    revision: genuine.revision + 1 + i,
    position: genuine.position + ahead,
    data: { amount: 1_000 },
  }));
  await forger.publish(forged, { sequence, position: genuine.position });
  await forger.close();
  await republish(url, stream, sequence, (body) => body.replace('"amount":1', '"amount":9'));
  await until(() => refused >= 3);

  const second = world.relay(channel);
  await until(() => second.relaying.progress !== undefined);
  await world.reached(await world.deposit('t1', account, 1));
  expect(projector.path).toBe('nats');
  await expectRowsOfHistory(world);
});

test('a relay that does not sign as ours is left at its first message, for longer each time', async () => {
  const other = anotherChannel();
  world.relay(other);
  const told: { path?: string; err?: unknown; at: number }[] = [];
  const say = (facts: object) => void told.push({ ...facts, at: performance.now() });
  await world.project({ channel: world.channel(), log: { info: say, warn: say, error: say } });
  const left = () => told.filter(({ path, err }) => path === 'store' && err);
  const back = () => told.find(({ path, at }) => path === 'nats' && at > (left()[1]?.at ?? Number.POSITIVE_INFINITY));
  const stop = await load(world);
  await until(() => back() !== undefined);
  expect((back()?.at ?? 0) - (left()[1]?.at ?? 0)).toBeGreaterThan(1_800);
  const reasons = left().map(({ err }) => String(err));
  expect(new Set(reasons)).toEqual(new Set(['Error: What NATS brings is not signed']));
  await world.reached(await stop());
  await expectRowsOfHistory(world);
  await world.tidy();
  await other.close();
});

/** Publishes what stands at that sequence again, with a body changed in this way. */
async function republish(url: string, stream: string, seq: number, change: (body: string) => string): Promise<void> {
  const connection = await connect({ servers: url });
  const { streams } = await connection.jetstreamManager();
  const { subject, header, data } = await streams.getMessage(stream, { seq });
  for (const name of header.keys()) if (name.startsWith('Nats-')) header.delete(name);
  const changed = change(Buffer.from(data).toString());
  expect(changed).not.toBe(Buffer.from(data).toString());
  await connection.jetstream().publish(subject, changed, { headers: header });
  await connection.close();
}

test('a NATS that has fallen silent without a word is taken for gone within seconds', async () => {
  const proxy = await tcpProxy(world.servers.natsUrl);
  const channel = world.channel(proxy.url);
  await until(() => channel.connected);
  proxy.silence('toClient');
  const silent = performance.now();
  await until(() => !channel.connected);
  expect(performance.now() - silent).toBeLessThan(10_000);
  await world.tidy();
  await proxy.close();
});

test('without a relay the silence of NATS is noticed', async () => {
  const projector = await world.project({ channel: world.channel() });
  await until(() => projector.path === 'nats');
  const position = await world.deposit('t1', await world.open('t1', 'Eve'), 1);
  await world.reached(position);
  expect(projector.path).toBe('store');
  await expectRowsOfHistory(world);
});
