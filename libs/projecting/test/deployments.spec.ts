import type { Uuid } from '@yoyaku/kernel';
import { type AnyProjection, runRebuild } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { tally } from './tally';
import { createWorld, PARTITIONS, type World } from './world';

/** As {@link tally}, but every deposit counts for ten. */
const newer: AnyProjection = {
  ...tally,
  version: 2,
  on: { ...tally.on, Deposited: (event, unit) => tally.on.Deposited?.({ ...event, data: { amount: 10 } }, unit) },
};

const log = { info: () => {}, warn: () => {}, error: () => {} };

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const balances = () => world.readModels.query('select balance from read.accounts order by balance');

const installed = async () =>
  (await world.pool.query('select version, generation from projecting.projections')).rows[0];

const allHaveRead = async (position: bigint) =>
  (await world.pool.query(`select from projecting.workers where (status->>'position')::bigint < $1`, [`${position}`]))
    .rowCount === 0;

const owned = async () =>
  (await world.pool.query(`select from projecting.checkpoints where owner is not null and partition >= 0`)).rowCount;

test('while an older and a newer build run side by side, the newer one takes over and stays', async () => {
  await world.project();
  const account = await world.open('t1', 'Ann');
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 1 }]);

  const younger = await world.project({ projections: [newer] });
  await until(async () => (await installed()).version === 2);
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 20 }]);
  await until(async () => (await owned()) === PARTITIONS);

  // An older process that is started again builds nothing, and takes up nothing that is asked for.
  await world.project();
  await world.admin.rebuild(['tally'], 'ops');
  await until(async () => (await world.admin.rebuildOf('tally')).state === 'done');
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 30 }]);
  expect(await installed()).toEqual({ version: 2, generation: 3 });

  // Left alone with the newer tables, older builds do not touch them.
  await younger.stop();
  const position = await world.deposit('t1', account, 1);
  await until(() => allHaveRead(position));
  expect(await owned()).toBe(0);
  expect(await balances()).toEqual([{ balance: 30 }]);
  await world.project({ projections: [newer] });
  await world.reached(position);
  expect(await balances()).toEqual([{ balance: 40 }]);
});

test('a rebuild that an older build had begun is given up for the newer version', async () => {
  const first = await world.project();
  const account = await world.open('t1', 'Ben');
  await world.reached(await world.deposit('t1', account, 1));
  await first.stop();
  const given = await world.admin.rebuild(['tally'], 'ops');
  await world.project({ projections: [newer] });
  await until(async () => (await installed()).version === 2);
  const { rows } = await world.pool.query('select state, requested_by from projecting.rebuilds where id <> $1', [
    given,
  ]);
  expect(rows).toEqual([{ state: 'done', requested_by: 'deployment' }]);
  expect((await world.pool.query('select state from projecting.rebuilds where id = $1', [given])).rows).toEqual([
    { state: 'cancelled' },
  ]);
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 20 }]);
});

test('a projection that is new to a long history is built first, and only then shown', async () => {
  const account = await world.open('t1', 'Ann');
  const data = { amount: 1, note: 'x'.repeat(900_000) };
  for (let i = 0; i < 20; i++) await world.append('t1', account, { type: 'Deposited', data });
  let build = () => {};
  const asked = new Promise<void>((resolve) => {
    build = resolve;
  });
  const rebuild = async (id: Uuid, signal: AbortSignal) => {
    await asked;
    const { pool, codec, store: eventStore, servers } = world;
    await runRebuild(
      { projections: [tally], partitions: PARTITIONS, databaseUrl: servers.databaseUrl, pool, eventStore, codec, log },
      id,
      signal,
    );
  };
  await world.project({ rebuild });
  await expect(balances()).rejects.toThrow('read.accounts');
  expect(await world.admin.missing()).toEqual(['tally']);
  expect(await world.admin.list()).toMatchObject([{ name: 'tally', state: 'rebuilding', partitions: [] }]);
  await expect(world.admin.rebuild(['tally'], 'ops')).rejects.toMatchObject({ code: 'projection.rebuild_running' });
  build();
  await until(async () => (await world.admin.missing()).length === 0);
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 21 }]);
});

test('functions that an older process puts back as it starts again are not those that are used', async () => {
  await world.project();
  await world.pool.query(
    `create or replace function projecting.move(moves json) returns void language plpgsql as $$
     begin raise exception 'of an older build'; end $$`,
  );
  const account = await world.open('t1', 'Ann');
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 1 }]);
});

test('no partition is left to a worker of another engine, though it runs the same definition', async () => {
  await (await world.project()).stop();
  await world.pool.query(
    `insert into projecting.workers values (gen_random_uuid(), clock_timestamp() + interval '1 hour', $1)`,
    [{ runs: { tally: '1 ' }, reads: world.codec.reads }],
  );
  await world.project();
  expect(await owned()).toBe(PARTITIONS);
});
