import { tryHolding } from '@yoyaku/postgres';
import type { AnyProjection } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { spell, tally } from './tally';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
  spell.broken = false;
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const rows = async () => ({
  accounts: await world.readModels.query('select * from read.accounts order by id'),
  holders: await world.readModels.query('select * from read.account_holders order by tenant_id, holder'),
});

const generation = async () =>
  (await world.pool.query<{ generation: number }>('select generation from projecting.projections')).rows[0]?.generation;

const schemas = async () =>
  (
    await world.pool.query<{ nspname: string }>(`select nspname from pg_namespace where nspname ~ '_g\\d+$' order by 1`)
  ).rows.map(({ nspname }) => nspname);

const ended = async () => {
  await until(async () => !['running', 'paused'].includes((await world.admin.rebuildOf('tally')).state));
  return world.admin.rebuildOf('tally');
};

/** Accounts of some tenants with deposits, some closed again. */
async function history(): Promise<bigint> {
  let position = 0n;
  for (let i = 0; i < 60; i++) {
    const tenant = `t${i % 7}`;
    const account = await world.open(tenant, i % 5 === 0 ? `Ann \\ "${i}"\n\t` : 'Ben');
    position = await world.deposit(tenant, account, i);
    if (i % 3 === 0)
      position = await world.append(tenant, account, { type: 'AccountClosed', data: { accountId: account } });
  }
  return position;
}

test('gives the same rows, takes the place of the old tables and leaves nothing behind', async () => {
  await world.project();
  await world.reached(await history());
  const before = await rows();
  await world.pool.query('update tally_g1.accounts set balance = -1');
  await world.admin.rebuild(['tally'], 'ops');
  expect(await ended()).toMatchObject({ state: 'done', processed: 140, requestedBy: 'ops', failure: null });
  expect(await rows()).toEqual(before);
  expect(await generation()).toBe(2);
  await until(async () => (await schemas()).join() === 'tally_g2');
  await world.reached(await world.deposit('t1', await world.open('t1', 'Cho'), 1));
});

test('under load no query fails, sees less than before, or misses a write', async () => {
  await world.project();
  const account = await world.open('t1', 'Dan');
  await world.reached(await world.deposit('t1', account, 1));
  let stopped = false;
  let last = 0n;
  const writing = (async () => {
    while (!stopped) last = await world.deposit('t1', account, 1);
  })();
  const seen: number[] = [];
  const reading = (async () => {
    while (!stopped) {
      const row = await world.readModels.find<{ movements: number }>('select movements from read.accounts');
      seen.push(row?.movements ?? -1);
    }
  })();
  for (let round = 0; round < 3; round++) {
    await world.admin.rebuild(['tally'], 'ops');
    expect((await ended()).state).toBe('done');
  }
  stopped = true;
  await Promise.all([writing, reading]);
  await world.reached(last);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect((await rows()).accounts).toEqual([
    expect.objectContaining({ movements: (await world.everything()).length - 1 }),
  ]);
});

test('goes on in another process where one that died was', async () => {
  const first = await world.project();
  await world.reached(await history());
  const before = await rows();
  await first.stop();
  await world.admin.rebuild(['tally'], 'ops');
  const dying = await world.project();
  await until(async () => (await schemas()).length === 2 || (await generation()) === 2);
  await dying.stop();
  await world.project();
  expect((await ended()).state).toBe('done');
  expect(await rows()).toEqual(before);
});

test('a handler that throws for what mixes all tenants fails the rebuild and leaves the live model alone', async () => {
  const mixed = { ...tally, global: true };
  const alone = await createWorld([mixed]);
  spell.broken = true;
  await alone.project();
  const account = await alone.open('t1', 'Eve');
  await alone.reached(await alone.append('t1', account, { type: 'AccountCursed', data: { accountId: account } }));
  spell.broken = false;
  await alone.admin.rebuild(['tally'], 'ops');
  await until(async () => (await alone.admin.rebuildOf('tally')).state !== 'running');
  expect(await alone.admin.rebuildOf('tally')).toMatchObject({
    state: 'failed',
    failure: { type: 'AccountCursed', error: 'Error: cursed' },
  });
  await alone.reached(await alone.deposit('t1', account, 1));
  await alone.tidy();
  await alone.end();
});

test('a tenant whose row PostgreSQL refuses is left out, with the event that made it', async () => {
  await world.project();
  const account = await world.open('t1', 'Gus');
  await world.reached(await world.deposit('t1', account, 1));
  await world.open('t1', 'too long for an index '.repeat(40_000));
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  await world.admin.rebuild(['tally'], 'ops');
  expect(await ended()).toMatchObject({ state: 'done' });
  expect(await world.admin.get('tally')).toMatchObject({
    quarantined: [{ tenant: 't1', failure: { type: 'AccountOpened', revision: 0 } }],
  });
});

test('what was skipped stays skipped', async () => {
  await world.project();
  const account = await world.open('t1', 'Fay');
  await world.append('t1', account, { type: 'AccountCursed', data: { accountId: account } });
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  await world.admin.skip('tally', { reason: 'harmless', by: 'ops' });
  await world.reached(await world.deposit('t1', account, 1));
  await world.admin.rebuild(['tally'], 'ops');
  expect((await ended()).state).toBe('done');
});

test('one at a time for a projection; it can be paused, resumed and cancelled', async () => {
  await (await world.project()).stop();
  const id = await world.admin.rebuild(['tally'], 'ops');
  await expect(world.admin.rebuild(['tally'], 'ops')).rejects.toThrow('projection.rebuild_running');
  await expect(world.admin.rebuild(['nothing'], 'ops')).rejects.toThrow('projection.not_found');
  expect((await world.admin.get('tally')).state).toBe('rebuilding');
  await world.admin.pauseRebuild(id);
  await expect(world.admin.pauseRebuild(id)).rejects.toThrow('projection.rebuild_not_found');
  await world.admin.resumeRebuild(id);
  await world.admin.cancelRebuild(id);
  expect(await world.admin.rebuildOf('tally')).toMatchObject({ id, state: 'cancelled' });
  await world.project();
  await world.admin.rebuild(['tally'], 'ops');
  expect((await ended()).state).toBe('done');
  expect(await generation()).toBe(2);
});

test('a new version builds itself beside the old one; a changed definition without one is refused', async () => {
  const old = await world.project();
  const account = await world.open('t1', 'Gil');
  await world.reached(await world.deposit('t1', account, 5));
  await old.stop();

  const doubled: AnyProjection = {
    ...tally,
    digest: 'doubled',
    on: { ...tally.on, Deposited: (event, unit) => tally.on.Deposited?.({ ...event, data: { amount: 10 } }, unit) },
  };
  const refused = await world.project({ projections: [doubled] });
  expect(world.log).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('without a new version') }),
  );
  expect(await generation()).toBe(1);
  await refused.stop();

  await world.project({ projections: [{ ...doubled, version: 2 }] });
  expect(await ended()).toMatchObject({ state: 'done', requestedBy: 'deployment' });
  expect((await rows()).accounts).toEqual([expect.objectContaining({ balance: 10 })]);
  await world.reached(await world.deposit('t1', account, 1));
  expect((await rows()).accounts).toEqual([expect.objectContaining({ balance: 20 })]);
});

test('tables that someone dropped come back', async () => {
  await world.project();
  await world.reached(await history());
  const before = await rows();
  await world.pool.query('drop schema tally_g1 cascade');
  await world.admin.rebuild(['tally'], 'ops');
  expect((await ended()).state).toBe('done');
  expect(await rows()).toEqual(before);
});

test('while one process rebuilds, others do not even begin to', async () => {
  await (await world.project()).stop();
  const id = await world.admin.rebuild(['tally'], 'ops');
  let begun = 0;
  const lock = { url: world.servers.databaseUrl, lock: `yoyaku.rebuild.${id}`, signal: new AbortController().signal };
  await tryHolding(lock, async () => {
    await world.project({
      rebuild: async () => {
        begun += 1;
      },
    });
    // Such a one is dropped at the end of each look for rebuilds.
    for (let look = 0; look < 2; look++) {
      await world.pool.query(`insert into projecting.retired values ('nothing_g9')`);
      await world.pool.query('notify projecting_changed');
      await until(async () => (await world.pool.query('select from projecting.retired')).rowCount === 0);
    }
    expect(begun).toBe(0);
  });
  await world.pool.query('notify projecting_changed');
  await until(() => begun > 0);
  await world.admin.cancelRebuild(id);
});
