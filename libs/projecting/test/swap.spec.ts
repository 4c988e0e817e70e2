import { setTimeout as delay } from 'node:timers/promises';
import { uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { type AnyProjection, nullable, ProjectionAdmin, ReadModels, text } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { tally } from './tally';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const rebuilt = () => until(async () => (await world.admin.rebuildOf('tally')).state === 'done');

/** A query that has not ended: whoever would replace what it reads must wait. */
async function queryInProgress(): Promise<() => Promise<void>> {
  const client = await world.pool.connect();
  await client.query('begin');
  await client.query('select from read.accounts');
  return async () => {
    await client.query('commit');
    client.release();
  };
}

/** How often somebody waited for a view to be free of queries, up to now. */
function countSwaps() {
  let stopped = false;
  let attempts = 0;
  const counting = (async () => {
    for (let waited = false; !stopped; ) {
      const { rows } = await world.pool.query(
        `select from pg_locks where not granted and mode = 'AccessExclusiveLock'
           and database = (select oid from pg_database where datname = current_database())`,
      );
      if (rows.length > 0 && !waited) attempts += 1;
      waited = rows.length > 0;
    }
  })();
  return {
    attempts: () => attempts,
    stop: async () => {
      stopped = true;
      await counting;
    },
  };
}

/** Repeats something, one after the other, and says how long each took, ms, and all of them together. */
function repeat(run: () => Promise<unknown>) {
  let stopped = false;
  const began = performance.now();
  const took: number[] = [];
  const running = (async () => {
    while (!stopped) {
      const from = performance.now();
      await run();
      took.push(performance.now() - from);
    }
  })();
  return async () => {
    stopped = true;
    await running;
    return { took, total: performance.now() - began };
  };
}

/** Which part of the time went by with what took longer than that, ms. */
const held = ({ took, total }: { took: readonly number[]; total: number }, longest: number): number =>
  took.filter((ms) => ms > longest).reduce((sum, ms) => sum + ms, 0) / total;

test('a query that does not end holds up the swap, but neither other queries nor live', async () => {
  await world.project();
  const account = await world.open('t1', 'Ann');
  await world.reached(await world.deposit('t1', account, 1));
  const begin = () => {
    const endQueries = repeat(() =>
      world.readModels
        .unscoped(tally.tables.accounts)
        .where({ id: uuid(account) })
        .first(),
    );
    const endWrites = repeat(async () => world.reached(await world.deposit('t1', account, 1)));
    return async () => ({ queries: await endQueries(), writes: await endWrites() });
  };
  // What they take on this machine now, with nothing in their way.
  const endBefore = begin();
  await delay(500);
  const before = await endBefore();
  const usual = Math.max(...before.queries.took, ...before.writes.took);

  const end = await queryInProgress();
  await world.admin.rebuild(['tally'], 'ops');
  const swaps = countSwaps();
  await until(() => swaps.attempts() > 0);
  const endMeanwhile = begin();
  await until(() => swaps.attempts() > 3);
  const { queries, writes } = await endMeanwhile();
  expect((await world.admin.rebuildOf('tally')).state).toBe('running');
  await swaps.stop();
  await end();
  await rebuilt();

  expect(Math.max(...queries.took, ...writes.took)).toBeLessThan(10_000);
  expect(held(queries, 250 + 2 * usual)).toBeLessThan(0.5);
  expect(held(writes, 250 + 2 * usual)).toBeLessThan(0.5);
  expect(await world.readModels.query('select movements from read.accounts')).toEqual([
    { movements: before.writes.took.length + writes.took.length + 1 },
  ]);
});

test('queries that come and go without a gap cannot keep the swap away', async () => {
  await world.project();
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ben'), 1));
  let stopped = false;
  const reading = Array.from({ length: 4 }, async () => {
    while (!stopped) await world.readModels.query('select pg_sleep(0.02), * from read.accounts');
  });
  for (let round = 0; round < 3; round++) {
    await world.admin.rebuild(['tally'], 'ops');
    await rebuilt();
  }
  stopped = true;
  await Promise.all(reading);
});

test('a query that was planned before the swap reads what took its place', async () => {
  await world.project();
  const account = await world.open('t1', 'Dan');
  await world.reached(await world.deposit('t1', account, 1));
  const pool = createPool(world.servers.databaseUrl, { max: 1 });
  const readModels = new ReadModels(pool);
  const balances = () =>
    readModels.query('select balance from read.accounts where id = $1', [account], { name: 'own' });
  // After five times PostgreSQL keeps one plan for all parameters.
  for (let time = 0; time < 7; time++) expect(await balances()).toEqual([{ balance: 1 }]);
  await world.admin.rebuild(['tally'], 'ops');
  await rebuilt();
  await world.reached(await world.deposit('t1', account, 1));
  expect(await balances()).toEqual([{ balance: 2 }]);
  await pool.end();
});

test('a query that was planned before the columns changed is answered with those there are now', async () => {
  const { accounts, holders } = tally.tables;
  await world.project();
  const account = await world.open('t1', 'Gil');
  await world.reached(await world.deposit('t1', account, 1));
  const pool = createPool(world.servers.databaseUrl, { max: 1 });
  const readModels = new ReadModels(pool);
  const all = () =>
    readModels.query<object>('select * from read.accounts where id = $1', [account], { name: 'all of one' });
  const before = await all();
  await world.tidy();
  const widened = { ...accounts, columns: { ...accounts.columns, note: nullable(text) } };
  const newer: AnyProjection = { ...tally, version: 2, tables: { accounts: widened, holders } };
  await world.project({ projections: [newer] });
  await rebuilt();
  for (let time = 0; time < 3; time++) expect(await all()).toEqual(before.map((row) => ({ ...row, note: null })));
  // Once is enough: it is prepared anew, and refused no more.
  const { rows } = await pool.query('select name from pg_prepared_statements order by prepare_time');
  expect(rows.at(-1)).toEqual({ name: 'all of one 1' });
  // The build before selects the columns that it knows, and a newer one all of its own.
  expect(await world.readModels.unscoped(accounts).all()).toEqual(before);
  expect(await world.readModels.unscoped(widened).all()).toEqual(before.map((row) => ({ ...row, note: null })));
  await pool.end();
});

test('of several who ask at once, at different processes, one gets a rebuild', async () => {
  await world.project();
  await world.reached(await world.deposit('t1', await world.open('t1', 'Cho'), 1));
  const pools = Array.from({ length: 4 }, () => createPool(world.servers.databaseUrl, { max: 1 }));
  const asked = await Promise.allSettled(pools.map((pool) => new ProjectionAdmin(pool).rebuild(['tally'], 'ops')));
  await Promise.all(pools.map((pool) => pool.end()));
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const reasons = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  expect(reasons).toEqual(Array(3).fill('projection.rebuild_running'));
  await rebuilt();
  const { rows } = await world.pool.query('select state from projecting.rebuilds');
  expect(rows).toEqual([{ state: 'done' }]);
});

test('what was granted on read models, and what others built over them, outlives a swap', async () => {
  await world.project();
  const account = await world.open('t1', 'Eve');
  await world.reached(await world.deposit('t1', account, 1));
  const role = `reader_${world.servers.jetStream}`;
  const grants = async () =>
    (
      await world.pool.query(
        `select privilege_type, is_grantable from information_schema.table_privileges
         where table_schema = 'read' and table_name = 'accounts' and grantee = $1 order by 1`,
        [role],
      )
    ).rows;
  await world.pool.query(`create role ${role}; grant select on read.accounts to ${role} with grant option`);
  const before = await grants();
  await world.pool.query('create view public.report as select sum(balance) as sum from read.accounts');
  await world.admin.rebuild(['tally'], 'ops');
  await rebuilt();
  await world.reached(await world.deposit('t1', account, 2));
  expect((await world.pool.query('select sum::integer from public.report')).rows).toEqual([{ sum: 3 }]);
  expect(await grants()).toEqual(before);
  expect(before).toHaveLength(1);
  await world.tidy();

  // Columns that come last are added to the view; where others change, it has to be another view.
  const { accounts, holders } = tally.tables;
  const widened = { ...accounts, columns: { ...accounts.columns, note: nullable(text) } };
  const changed = { ...accounts, columns: { note: nullable(text), ...accounts.columns } };
  const versionOf = (version: number, table: typeof accounts): AnyProjection => ({
    ...tally,
    version,
    tables: { accounts: table, holders },
  });
  await world.project({ projections: [versionOf(2, widened)] });
  await rebuilt();
  expect(await world.readModels.query('select note from read.accounts')).toEqual([{ note: null }]);
  await world.tidy();
  await world.project({ projections: [versionOf(3, changed)] });
  await until(async () => (await world.admin.rebuildOf('tally')).state === 'failed');
  expect((await world.admin.rebuildOf('tally')).failure?.error).toContain('view report depends on view read.accounts');
  await world.tidy();
  await world.pool.query('drop view public.report');
  await world.project({ projections: [versionOf(3, changed)] });
  await rebuilt();
  expect(await grants()).toEqual(before);
  await world.tidy();
  await world.pool.query(`drop owned by ${role}; drop role ${role}`);
});

test('what PostgreSQL refuses to our user ends a rebuild with what it says, and live goes on', async () => {
  await world.project();
  const account = await world.open('t1', 'Gus');
  await world.reached(await world.deposit('t1', account, 1));
  await world.tidy();
  const name = world.servers.jetStream.toLowerCase();
  const [ours, another] = [`ours_${name}`, `another_${name}`];
  // May do all that the owner may, but unlike that one not what only a superuser may.
  await world.pool.query(
    `create role ${ours} login password 'ours' in role current_user;
     create role ${another}; alter view read.accounts owner to ${another}`,
  );
  const url = new URL(world.servers.databaseUrl);
  url.username = ours;
  url.password = 'ours';
  const pool = createPool(url.href);
  try {
    await world.project({ databaseUrl: url.href, pool });
    await world.admin.rebuild(['tally'], 'ops');
    await until(async () => (await world.admin.rebuildOf('tally')).state === 'failed');
    expect((await world.admin.rebuildOf('tally')).failure?.error).toContain('must be owner of view accounts');
    await world.reached(await world.deposit('t1', account, 1));
  } finally {
    await world.tidy();
    await pool.end();
    await world.pool.query(
      `reassign owned by ${ours}, ${another} to current_user; drop owned by ${ours}, ${another};
       drop role ${ours}, ${another}`,
    );
  }
});

test('what is paused stays paused while its tables are replaced', async () => {
  await world.project();
  const account = await world.open('t1', 'Fay');
  await world.reached(await world.deposit('t1', account, 1));
  await world.admin.pause('tally');
  await world.admin.rebuild(['tally'], 'ops');
  await rebuilt();
  expect((await world.admin.get('tally')).partitions.every(({ state }) => state === 'paused')).toBe(true);
  await world.admin.resume('tally');
  await world.reached(await world.deposit('t1', account, 1));
});
