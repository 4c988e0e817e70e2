import { createPool } from '@yoyaku/postgres';
import { tcpProxy, until } from '@yoyaku/testing';
import { expectRowsOfHistory, load } from './under-load';
import { createWorld, PARTITIONS, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

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

test('workers share the partitions; one that leaves, and one that is cut off, are replaced', async () => {
  await world.project();
  const leaver = await world.project();
  const proxy = await tcpProxy(world.servers.databaseUrl);
  const pool = createPool(proxy.url);
  await world.project({ databaseUrl: proxy.url, pool });
  await ownedByAll(3);
  const stop = await load(world);

  await leaver.stop();
  await ownedByAll(2);
  const [before] = await owners();
  proxy.refuse();
  const cutAt = performance.now();
  await ownedByAll(1);
  expect(performance.now() - cutAt).toBeLessThan(5_000);
  expect(before).toBeDefined();
  await world.reached(await stop());
  await expectRowsOfHistory(world);
  proxy.mend();
  await ownedByAll(2);
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ben'), 1));
  await expectRowsOfHistory(world);
  await world.tidy();
  await pool.end();
  await proxy.close();
});

test('connections to PostgreSQL that break lose and repeat nothing', async () => {
  await world.project();
  const stop = await load(world);
  for (let round = 0; round < 5; round++) {
    await world.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await until(async () => (await world.admin.get('tally')).partitions.every(({ state }) => state === 'live'));
    await world.deposit('t1', await world.open('t1', 'Ben'), 1);
  }
  await world.reached(await stop());
  await expectRowsOfHistory(world);
});

test('all that the engine made is dropped: it says so, and a new start builds it anew', async () => {
  let dropped = false;
  const projector = await world.project({
    onDropped: () => {
      dropped = true;
    },
  });
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ann'), 1));
  await world.pool.query('drop schema projecting cascade; drop schema read cascade; drop schema tally_g1 cascade');
  await until(() => dropped);
  await projector.stop();
  await world.project();
  await world.reached(await world.deposit('t2', await world.open('t2', 'Ben'), 1));
  await expectRowsOfHistory(world);
});
