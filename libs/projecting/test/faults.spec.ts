import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, launch, nats } from '@yoyaku/embedded';
import { createPool } from '@yoyaku/postgres';
import { runProjection } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { cuttingProxy } from './cutting-proxy';
import { tally } from './tally';
import { createWorld, PARTITIONS, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const reached = async (position: bigint) =>
  expect(await world.consistency().waitFor(['tally'], position, { timeoutMs: 10_000 })).toBe(true);

/** Rows in PostgreSQL are those of a fresh fold of all events: nothing lost, nothing twice. */
async function expectRowsOfHistory() {
  const expected = runProjection(tally, (await world.codec.openAll(await world.everything())) as never);
  expect(await world.readModels.query('select * from read.accounts order by id')).toEqual(expected.accounts);
  const holders = await world.readModels.query('select * from read.account_holders');
  expect(holders).toHaveLength(expected.holders.length);
  expect(holders).toEqual(expect.arrayContaining(expected.holders));
}

const owners = async () =>
  (
    await world.pool.query<{ owner: string; shards: number }>(
      'select owner, count(*) as shards from projecting.checkpoints where owner is not null group by owner',
    )
  ).rows;

const ownedByAll = (workers: number) =>
  until(async () => {
    const rows = await owners();
    return rows.length === workers && rows.reduce((sum, { shards }) => sum + shards, 0) === PARTITIONS;
  });

/** Keeps depositing to accounts of several tenants, some hundred times a second, until told to stop; gives the last position. */
async function load() {
  const tenants = ['t1', 't2', 't3', 't4', 't5'];
  const accounts = await Promise.all(tenants.map((tenant) => world.open(tenant, 'Ann')));
  let stopped = false;
  let last = 0n;
  const running = Promise.all(
    tenants.map(async (tenant, i) => {
      while (!stopped) {
        const position = await world.deposit(tenant, accounts[i] as string, 1);
        if (position > last) last = position;
        await delay(5);
      }
    }),
  );
  return async () => {
    stopped = true;
    await running;
    return last;
  };
}

test('workers share the partitions; one that leaves, and one that is cut off, are replaced', async () => {
  await world.project();
  const leaver = await world.project();
  const proxy = await cuttingProxy(world.servers.databaseUrl);
  const pool = createPool(proxy.url);
  await world.project({ databaseUrl: proxy.url, pool });
  await ownedByAll(3);
  const stop = await load();

  await leaver.stop();
  await ownedByAll(2);
  const [before] = await owners();
  proxy.cut();
  const cutAt = performance.now();
  await ownedByAll(1);
  expect(performance.now() - cutAt).toBeLessThan(5_000);
  expect(before).toBeDefined();
  await reached(await stop());
  await expectRowsOfHistory();
  proxy.mend();
  await ownedByAll(2);
  await reached(await world.deposit('t1', await world.open('t1', 'Ben'), 1));
  await expectRowsOfHistory();
  await world.tidy();
  await pool.end();
  await proxy.close();
});

test('connections to PostgreSQL that break lose and repeat nothing', async () => {
  await world.project();
  const stop = await load();
  for (let round = 0; round < 5; round++) {
    await world.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await until(async () => (await world.admin.get('tally')).partitions.every(({ state }) => state === 'live'));
    await world.deposit('t1', await world.open('t1', 'Ben'), 1);
  }
  await reached(await stop());
  await expectRowsOfHistory();
});

test('all that the engine made is dropped: it says so, and a new start builds it anew', async () => {
  let dropped = false;
  const projector = await world.project({
    onDropped: () => {
      dropped = true;
    },
  });
  await reached(await world.deposit('t1', await world.open('t1', 'Ann'), 1));
  await world.pool.query('drop schema projecting cascade; drop schema read cascade; drop schema tally_g1 cascade');
  await until(() => dropped);
  await projector.stop();
  await world.project();
  await reached(await world.deposit('t2', await world.open('t2', 'Ben'), 1));
  await expectRowsOfHistory();
});

test('NATS killed and wiped: rows follow the store, and NATS again when it is back', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yoyaku-projecting-'));
  const port = await freePort();
  let server = await launch(nats({ dataDir, port }));
  const channel = world.channel(server.url);
  world.relay(channel);
  const projector = await world.project({ channel });
  const stop = await load();
  await until(() => projector.path === 'nats');
  await server.kill();
  rmSync(dataDir, { recursive: true });
  await until(() => projector.path === 'store');
  await reached(await world.deposit('t6', await world.open('t6', 'Cho'), 1));
  server = await launch(nats({ dataDir, port }));
  await until(() => projector.path === 'nats');
  await reached(await stop());
  await expectRowsOfHistory();
  await world.tidy();
  await server.kill();
  rmSync(dataDir, { recursive: true });
});

test('a channel with holes and repetitions gives the same rows', async () => {
  const channel = world.channel();
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats');
  const account = await world.open('t1', 'Dan');
  await world.deposit('t1', account, 1);
  const last = await world.deposit('t1', account, 2);
  const events = await world.everything();
  const [first, second, third] = events.slice(-3) as [(typeof events)[0], (typeof events)[0], (typeof events)[0]];
  const { sequence } = await channel.last();
  await channel.publish(third, second.position, sequence);
  await channel.publish(first, 0n, sequence + 1);
  await channel.publish(third, second.position, sequence + 2);
  await reached(last);
  await expectRowsOfHistory();
});

test('without a relay the silence of NATS is noticed', async () => {
  const projector = await world.project({ channel: world.channel() });
  await until(() => projector.path === 'nats');
  const position = await world.deposit('t1', await world.open('t1', 'Eve'), 1);
  await reached(position);
  expect(projector.path).toBe('store');
  await expectRowsOfHistory();
});
