import { setTimeout as delay } from 'node:timers/promises';
import { createWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.tidy());
afterAll(() => world.end());

const reached = async (position: bigint) =>
  expect(await world.consistency().waitFor(['tally'], position, { timeoutMs: 10_000 })).toBe(true);

test('live rows are what a fresh fold gives, also while events come in', async () => {
  await world.project();
  const accounts = await Promise.all(['t1', 't2', 't3'].map((tenant) => world.open(tenant, 'Ann')));
  let stopped = false;
  const writing = Promise.all(
    accounts.map(async (account, i) => {
      while (!stopped) {
        await world.deposit(`t${i + 1}`, account, 1);
        await delay(2);
      }
    }),
  );
  for (let round = 0; round < 3; round++) {
    const { equal, tables } = await world.verifier.verify('tally');
    expect(tables).toEqual([
      { table: 'accounts', rows: 3, differences: [] },
      { table: 'account_holders', rows: 3, differences: [] },
    ]);
    expect(equal).toBe(true);
  }
  stopped = true;
  await writing;
});

test('names the rows that differ', async () => {
  await world.project();
  const [changed, lost] = [await world.open('t1', 'Ben'), await world.open('t2', 'Cho')];
  await reached(await world.deposit('t2', lost, 1));
  await world.pool.query('update read.accounts set balance = 7 where id = $1', [changed]);
  await world.pool.query('delete from read.accounts where id = $1', [lost]);
  await world.pool.query(`insert into read.account_holders values ('t9', 'nobody', 1)`);
  const { equal, tables } = await world.verifier.verify('tally');
  expect(equal).toBe(false);
  const [accounts, holders] = tables;
  expect(accounts?.differences).toEqual([
    { key: `(${changed})`, live: expect.stringContaining(',7,'), rebuilt: expect.stringContaining(',0,') },
    { key: `(${lost})`, live: null, rebuilt: expect.stringContaining('Cho') },
  ]);
  expect(holders?.differences).toEqual([{ key: '(t9,nobody)', live: '(t9,nobody,1)', rebuilt: null }]);
});

test('refuses what cannot be compared', async () => {
  await world.project();
  await expect(world.verifier.verify('nothing')).rejects.toThrow('projection.not_found');
  await world.admin.pause('tally');
  await expect(world.verifier.verify('tally')).rejects.toThrow('projection.not_live');
  const { rows } = await world.pool.query(`select from pg_namespace where nspname = 'tally_g0'`);
  expect(rows).toEqual([]);
});
