import { type AnyProjection, Consistency, installProjections } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { spell, tally } from './tally';
import { createWorld, PARTITIONS, type World } from './world';

/** Beyond anything that a store will ever hold. */
const BOGUS = 2n ** 62n;

/** The same read model under many names, so that there are more places to tell of than one NOTIFY holds. */
const many = Array.from({ length: 8 }, (_, i): AnyProjection => {
  const name = `one-of-several-tallies-with-a-long-name-${i}`;
  const { accounts, holders } = tally.tables;
  const renamed = {
    accounts: { ...accounts, name: `accounts_${i}` },
    holders: { ...holders, name: `account_holders_${i}` },
  };
  return { ...tally, name, tables: renamed };
});

let world: World;
afterEach(async () => {
  await world.tidy();
  await world.end();
});

test('a position that never comes silences nobody who waits for one that does', async () => {
  world = await createWorld();
  await world.project();
  const account = await world.open('t1', 'Ann');
  const consistency = world.consistency();
  const inVain = consistency.waitFor(['tally'], BOGUS, { timeoutMs: 3_000 });
  const began = performance.now();
  for (let round = 0; round < 30; round++) {
    const position = await world.deposit('t1', account, 1);
    expect(await consistency.waitFor(['tally'], position, { timeoutMs: 60_000 })).toBe(true);
  }
  // Checkpoints that merely move are written once a second, but for those who wait.
  expect(performance.now() - began).toBeLessThan(15_000);
  // What is no message of ours disturbs nobody either.
  await world.pool.query(`select pg_notify('projecting_wanted', m), pg_notify('projecting_reached', m)
    from unnest(array['', 'null', '[["tally", 0, "x"], 7]', '{"a": 1}']) m`);
  await world.reached(await world.deposit('t1', account, 1));
  expect(await inVain).toBe(false);
});

test('what is there is found by who has no patience at all', async () => {
  world = await createWorld();
  await world.project();
  const position = await world.deposit('t1', await world.open('t1', 'Ann'), 1);
  await world.reached(position);
  for (let i = 0; i < 5; i++) {
    expect(await world.consistency().waitFor(['tally'], position, { tenantId: 't1', timeoutMs: 0 })).toBe(true);
  }
  expect(await world.consistency().waitFor(['tally'], BOGUS, { timeoutMs: 0 })).toBe(false);
});

test('however many wait, one question at a time is asked', async () => {
  world = await createWorld();
  await world.project();
  let [open, most, asked] = [0, 0, 0];
  const counting = {
    query: async (...given: [string, unknown[]]) => {
      open += 1;
      asked += 1;
      most = Math.max(most, open);
      try {
        return await world.pool.query(...given);
      } finally {
        open -= 1;
      }
    },
  } as unknown as Pool;
  const consistency = new Consistency(counting, world.notifications, [tally], PARTITIONS);
  const position = await world.deposit('t1', await world.open('t1', 'Ann'), 1);
  const inVain = Array.from({ length: 400 }, (_, i) =>
    consistency.waitFor(['tally'], BOGUS + BigInt(i), { timeoutMs: 1_500 }),
  );
  const reached = consistency.waitFor(['tally'], position, { timeoutMs: 60_000 });
  expect(await Promise.race([reached, ...inVain])).toBe(true);
  expect(await Promise.all(inVain)).toEqual(inVain.map(() => false));
  expect(most).toBe(1);
  expect(asked).toBeLessThan(30);
});

test('a tenant that stopped keeps nobody else waiting, and is told so at once', async () => {
  world = await createWorld();
  spell.broken = false;
  await world.project();
  const account = await world.open('t1', 'Ann');
  const cursed = await world.append('t1', account, { type: 'AccountCursed', data: { accountId: account } });
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  const position = await world.deposit('t2', await world.open('t2', 'Ben'), 1);
  expect(await world.consistency().waitFor(['tally'], position, { timeoutMs: 60_000 })).toBe(true);
  const itself = world.consistency().waitFor(['tally'], cursed, { tenantId: 't1', timeoutMs: 60_000 });
  await expect(itself).rejects.toThrow('projection.failed');
  const consistency = world.consistency();
  await consistency.waitFor(['tally'], position, { timeoutMs: 60_000 });
  spell.broken = true;
  await world.admin.resume('tally');
  expect(await consistency.waitFor(['tally'], await world.deposit('t1', account, 1), { timeoutMs: 60_000 })).toBe(true);
});

test('where read models were lost, what was known of them is forgotten', async () => {
  world = await createWorld();
  const projector = await world.project();
  const position = await world.deposit('t1', await world.open('t1', 'Ann'), 1);
  const consistency = world.consistency();
  const reached = () => consistency.waitFor(['tally'], position, { timeoutMs: 300 });
  expect(await reached()).toBe(true);
  await projector.stop();
  await world.pool.query('drop schema projecting cascade; drop schema read cascade; drop schema tally_g1 cascade');
  await installProjections(world.pool, [tally], PARTITIONS, position);
  await until(async () => !(await reached()));
  await world.project();
  await world.reached(position);
  expect(await reached()).toBe(true);

  // Whoever does not hear does not know either.
  const { rows } = await world.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'yoyaku listening' and datname = current_database()`,
  );
  await world.pool.query('alter table projecting.checkpoints rename to elsewhere');
  for (const { pid } of rows) await world.pool.query('select pg_terminate_backend($1)', [pid]);
  await until(async () => !(await reached()));
  await world.pool.query('alter table projecting.elsewhere rename to checkpoints');
  await until(reached);
});

test('more places than one message holds are told in several', async () => {
  world = await createWorld(many);
  await world.project();
  const account = await world.open('t1', 'Ann');
  const began = performance.now();
  for (let round = 0; round < 25; round++) await world.reached(await world.deposit('t1', account, 1));
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(world.log.map(({ message }) => message)).toEqual(['Following events']);
});
