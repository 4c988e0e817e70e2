import { newUuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { until } from '@yoyaku/testing';
import type { AccountEvent } from '../../projecting/test/tally';
import { createWorld, type World } from '../../projecting/test/world';
import { type AnyReaction, defineJob, defineReaction, JobWriter, projectionOf } from '../src';

const greet = defineJob<{ accountId: string }>('greet');
const thank = defineJob<{ amount: number }>('thank');

const reaction = (change: Partial<AnyReaction> = {}) =>
  projectionOf(
    defineReaction<AccountEvent>({
      name: 'manners',
      version: 1,
      from: 'now',
      on: { AccountOpened: ({ data: { accountId } }) => [greet.job({ accountId })] },
      ...change,
    }),
  );

const manners = reaction();

let world: World;
beforeEach(async () => {
  world = await createWorld([manners]);
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const run = (projections = [manners]) =>
  world.project({ projections, outlet: new JobWriter(world.servers.databaseUrl, world.pool, projections) });

/** Data of all jobs that were planned, in the order of their events. */
async function planned(): Promise<object[]> {
  const { rows: tables } = await world.pool.query(`select to_regclass('yoyaku_jobs.job') as job`);
  if (tables[0].job === null) return [];
  const { rows } = await world.pool.query(
    `select data->'data' as data from yoyaku_jobs.job order by (data->'cause'->>'position')::bigint`,
  );
  return rows.map(({ data }) => data);
}

const open = async (tenant: string = newUuid()): Promise<{ accountId: string }> => ({
  accountId: await world.open(tenant, 'Ann'),
});

const isPlanned = (accounts: readonly object[]) => async () => (await planned()).length >= accounts.length;

test('of many that start at once on a new database each makes or finds what is there, and none fails', async () => {
  const pools = Array.from({ length: 8 }, () => createPool(world.servers.databaseUrl, { max: 1 }));
  try {
    await Promise.all(pools.map((pool) => pool.query("select to_regclass('yoyaku_jobs.planned_here')")));
    await Promise.all(pools.map((pool) => new JobWriter(world.servers.databaseUrl, pool, [manners]).start()));
  } finally {
    await Promise.all(pools.map((pool) => pool.end()));
  }
});

describe('a reaction', () => {
  it('plans a job for each event from when it is installed, once, whoever runs it and however often it starts again', async () => {
    await open();
    const accounts: object[] = [];
    let projectors = [await run(), await run()];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) accounts.push(await open());
      await projectors[round % 2]?.stop();
      projectors = [...projectors.filter((_, i) => i !== round % 2), await run()];
    }
    accounts.push(await open());
    await until(isPlanned(accounts));
    expect(await planned()).toEqual(accounts);
  });

  it('from the beginning plans for events that came before it', async () => {
    const accounts = [await open(), await open()];
    await run([reaction({ from: 'beginning' })]);
    await until(isPlanned(accounts));
    expect(await planned()).toEqual(accounts);
  });

  it('of a newer version goes on where the older one stood, which plans nothing more', async () => {
    await run();
    const first = await open();
    await until(isPlanned([first]));
    const newer = reaction({
      version: 2,
      on: {
        AccountOpened: ({ data: { accountId } }) => [greet.job({ accountId })],
        Deposited: ({ data: { amount } }) => [thank.job({ amount })],
      },
    });
    await run([newer]);
    const second = await open('t1');
    await world.deposit('t1', second.accountId, 5);
    const all = [first, second, { amount: 5 }];
    await until(isPlanned(all));
    expect(await planned()).toEqual(all);
    expect(await world.admin.list()).toMatchObject([{ name: 'manners', version: 2, state: 'live' }]);
  });

  it('goes on where it stood when everything of the read models was dropped, and repeats nothing', async () => {
    const projector = await run();
    const first = await open();
    await until(isPlanned([first]));
    await projector.stop();
    await world.pool.query('drop schema projecting cascade; drop schema read cascade');
    const second = await open();
    await run();
    await until(isPlanned([first, second]));
    expect(await planned()).toEqual([first, second]);
  });

  it('makes the tables of jobs anew where somebody has dropped them, and no tenant stands still', async () => {
    await run();
    const first = await open();
    await until(isPlanned([first]));
    await world.pool.query('drop schema yoyaku_jobs cascade');
    const second = await open();
    await until(isPlanned([second]));
    expect(await planned()).toEqual([second]);
    expect(await world.admin.list()).toMatchObject([{ state: 'live', quarantined: [] }]);
  });

  it('from the beginning plans everything again when the tables of jobs were lost', async () => {
    const deadlines = [reaction({ from: 'beginning' })];
    await run(deadlines);
    const accounts = [await open(), await open()];
    await until(isPlanned(accounts));
    await world.pool.query('drop schema yoyaku_jobs cascade');
    accounts.push(await open());
    await until(isPlanned(accounts));
    expect(await planned()).toEqual(accounts);
  });

  it('from the beginning does so too when nothing happens after a start without these tables', async () => {
    const deadlines = [reaction({ from: 'beginning' })];
    const projector = await run(deadlines);
    const accounts = [await open(), await open()];
    await until(isPlanned(accounts));
    await projector.stop();
    await world.pool.query('drop schema yoyaku_jobs cascade');
    await new JobWriter(world.servers.databaseUrl, world.pool, deadlines).start();
    await run(deadlines);
    await until(isPlanned(accounts));
    expect(await planned()).toEqual(accounts);
  });

  it('is not rebuilt', async () => {
    await run();
    await expect(world.admin.rebuild(['manners'], 'ops')).rejects.toMatchObject({ code: 'projection.not_found' });
  });

  it('plans jobs of one key once', async () => {
    const on = { AccountOpened: () => [greet.job({ accountId: 'any' }, { key: 'the same' })] };
    await run([reaction({ on })]);
    await open();
    await open();
    const position = await world.deposit('t1', (await open('t1')).accountId, 1);
    await world.reached(position);
    expect(await planned()).toHaveLength(1);
  });
});
