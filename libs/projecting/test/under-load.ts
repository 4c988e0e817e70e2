import { setTimeout as delay } from 'node:timers/promises';
import { runProjection } from '@yoyaku/projecting';
import { tally } from './tally';
import type { World } from './world';

/** Rows in PostgreSQL are those of a fresh fold of all events but skipped ones: nothing lost, nothing twice. */
export async function expectRowsOfHistory(world: World): Promise<void> {
  const events = await world.codec.openAll(await world.everything());
  const expected = runProjection(tally, events.filter(({ type }) => type !== 'AccountCursed') as never);
  expect(await world.readModels.query('select * from read.accounts order by id')).toEqual(expected.accounts);
  const holders = await world.readModels.query('select * from read.account_holders');
  expect(holders).toHaveLength(expected.holders.length);
  expect(holders).toEqual(expect.arrayContaining(expected.holders));
}

/** Keeps depositing to accounts of several tenants, some hundred times a second, until told to stop; gives the last position. */
export async function load(world: World): Promise<() => Promise<bigint>> {
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
