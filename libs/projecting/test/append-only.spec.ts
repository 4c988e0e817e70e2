import { defineProjection, defineTable, integer, runProjection, text, uuid } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import type { AccountEvent } from './tally';
import { createWorld, type World } from './world';

const movements = defineTable('movements', {
  columns: { id: uuid, account: text, amount: integer },
  key: ['id'],
  appendOnly: true,
  indexes: [['account']],
});

const journal = defineProjection<AccountEvent>()({
  name: 'journal',
  version: 1,
  tables: { movements },
  ignored: ['AccountOpened', 'AccountCursed'],
  on: {
    Deposited: ({ id, stream, data: { amount } }, rows) => rows.movements.put({ id, account: stream, amount }),
    // Wrong: such a table is not to be read.
    AccountClosed: ({ id }, rows) => rows.movements.patch({ id }, { amount: 0 }),
  },
});

let world: World;
beforeAll(async () => {
  world = await createWorld([journal]);
});
afterAll(() => world.end());

test('a table that is only appended to is filled, rebuilt and verified, its key unique in the end', async () => {
  await world.project();
  const account = await world.open('t1', 'Ann');
  for (let i = 1; i <= 120; i++) await world.deposit('t1', account, i);
  await world.reached(await world.deposit('t2', await world.open('t2', 'Ben'), 1));
  const rows = () => world.readModels.query('select * from read.movements order by id');
  const before = await rows();
  expect(before).toHaveLength(121);

  await world.admin.rebuild(['journal'], 'ops');
  await until(async () => (await world.admin.rebuildOf('journal')).state === 'done');
  expect(await rows()).toEqual(before);
  await world.reached(await world.deposit('t1', account, 2));
  expect(await rows()).toHaveLength(122);
  expect(await world.verifier.verify(['journal'])).toMatchObject([{ equal: true }]);
  const again = world.pool.query('insert into journal_g2.movements select * from read.movements limit 1');
  await expect(again).rejects.toMatchObject({ code: '23505' });
  await world.tidy();
});

test('a handler that reads or deletes its rows, or puts a key twice, fails', () => {
  const deposited = { id: 'one', type: 'Deposited', data: { amount: 5 } } as const;
  expect(runProjection(journal, [deposited]).movements).toHaveLength(1);
  expect(() => runProjection(journal, [deposited, deposited])).toThrow();
  const closed = { type: 'AccountClosed', data: { accountId: 'one' } } as const;
  expect(() => runProjection(journal, [closed])).toThrow();
});
