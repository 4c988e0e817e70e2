import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createPool,
  Notifications,
  outcomeOf,
  postgresMigrations,
  runMigrations,
  transaction,
  tryHolding,
} from '@yoyaku/postgres';
import { type Direction, startServers, type TcpProxy, type TestServers, tcpProxy, until } from '@yoyaku/testing';
import type { Pool } from 'pg';

/** What a network brings about that lets nothing pass any more, and tells nobody. */
let servers: TestServers;
let pool: Pool;
let proxy: TcpProxy;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  await runMigrations(servers.databaseUrl, postgresMigrations);
});
beforeEach(async () => {
  proxy = await tcpProxy(servers.databaseUrl);
});
afterEach(() => proxy.close());
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

const since = (moment: number) => performance.now() - moment;

async function hearsOfSilence(direction: Direction): Promise<void> {
  const way = await tcpProxy(servers.databaseUrl);
  const notifications = new Notifications(way.url);
  const heard: string[] = [];
  await notifications.listen(`probe ${direction}`, {
    onNotification: (payload) => heard.push(payload),
    onLost: () => heard.push('lost'),
    onReconnected: () => heard.push('back'),
  });
  // Longer than it takes to ask: an answer in time is no loss.
  await delay(1_200);
  const say = (word: string) => pool.query(`notify "probe ${direction}", '${word}'`);
  await say('first');
  await until(() => heard.includes('first'));
  way.silence(direction);
  const silent = performance.now();
  await until(() => heard.includes('lost'));
  expect(since(silent)).toBeLessThan(10_000);
  way.mend();
  await until(() => heard.includes('back'));
  await say('last');
  await until(() => heard.includes('last'));
  expect(heard).toEqual(['first', 'lost', 'back', 'last']);
  await notifications.close();
  await way.close();
}

test('whoever listens learns within seconds that nothing passes in one direction, and hears again afterwards', async () => {
  await Promise.all([hearsOfSilence('toServer'), hearsOfSilence('toClient')]);
});

test('who holds a lock over a connection that fell silent is told to stop', async () => {
  await tryHolding({ url: proxy.url, lock: 'probe', signal: new AbortController().signal }, async (held) => {
    proxy.silence('toClient');
    const silent = performance.now();
    await once(held, 'abort');
    expect(since(silent)).toBeLessThan(10_000);
  });
});

test('a statement, and a transaction, whose answer does not come end in time, and their connections with them', async () => {
  const through = createPool(proxy.url, { max: 1, patience: 1_000 });
  await through.query('select');
  proxy.silence('toClient');
  const silent = performance.now();
  const failed = await through.query('select').catch((error: unknown) => error);
  expect(outcomeOf(failed)).toBe('away');
  expect(since(silent)).toBeLessThan(10_000);
  proxy.mend();
  const slow = transaction(through, async (client) => {
    await client.query('select');
    proxy.silence('toClient');
    await client.query('select');
  });
  expect(outcomeOf(await slow.catch((error: unknown) => error))).toBe('away');
  proxy.mend();
  await through.query('select');
  await expect(through.query('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });
  await through.end();
});

test('a channel whose first LISTEN failed is listened to all the same', async () => {
  const notifications = new Notifications(proxy.url);
  await notifications.listen('other', { onNotification: () => {} });
  proxy.silence('toServer');
  const heard: string[] = [];
  const listening = notifications.listen('probe', { onNotification: (payload) => heard.push(payload) });
  proxy.cut();
  proxy.mend();
  await listening;
  await pool.query(`notify probe, 'hello'`);
  await until(() => heard.length > 0);
  await notifications.close();
});

test('who is closed while it asks to listen stops asking', async () => {
  const notifications = new Notifications(proxy.url);
  await notifications.listen('probe', { onNotification: () => {} });
  proxy.silence();
  const listening = notifications.listen('other', { onNotification: () => {} });
  await notifications.close();
  await listening;
});
