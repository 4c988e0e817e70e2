import { type Message, type Unbranded } from '@yoyaku/kernel';
import { defineProjection, defineTable, integer, text } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import type { AccountEvent } from './tally';
import { createWorld, type World } from './world';

const cards = defineTable('cards', { columns: { id: text, holder: text }, key: ['id'] });
const sums = defineTable('sums', { columns: { id: text, amount: integer }, key: ['id'], owner: 'tenant' });

/** Takes the ids of its rows from what the events say, as a careless read model may. */
const ledger = defineProjection<AccountEvent>()({
  name: 'ledger',
  version: 1,
  tables: { cards, sums },
  on: {
    AccountOpened: ({ data: { accountId: id, holder } }, rows) => rows.cards.put({ id, holder: holder ?? '' }),
    AccountClosed: ({ data: { accountId: id } }, rows) => rows.cards.delete({ id }),
    AccountCursed: ({ data: { accountId: id } }, rows) => rows.cards.patch({ id }, { holder: 'cursed' }),
    Deposited: ({ data: { amount } }, rows) =>
      rows.sums.put({ id: 'all', amount: (rows.sums.get({ id: 'all' })?.amount ?? 0) + amount }),
  },
});

let world: World;
beforeEach(async () => {
  world = await createWorld([ledger]);
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const cardsNow = () => world.readModels.query('select * from read.cards order by id');
const failure = async () => {
  await until(async () => (await world.admin.get('ledger')).failure !== null);
  return (await world.admin.get('ledger')).failure;
};

const attacks: Record<string, Unbranded<Message & AccountEvent>> = {
  'put over': { type: 'AccountOpened', data: { accountId: 'a', holder: 'Eve' } },
  deleted: { type: 'AccountClosed', data: { accountId: 'a' } },
  patched: { type: 'AccountCursed', data: { accountId: 'a' } },
};

describe.each(['the row is known', 'the row is in PostgreSQL alone'])('where %s', (where) => {
  test.each(Object.entries(attacks))('a row of another stream is not %s', async (_, attack) => {
    const first = await world.project();
    const opened: Unbranded<AccountEvent> = { type: 'AccountOpened', data: { accountId: 'a', holder: 'Ann' } };
    await world.reached(await world.append('t1', 'a', opened), 't1');
    if (where === 'the row is in PostgreSQL alone') {
      await first.stop();
      await world.project();
    }
    await world.append('t2', 'b', attack);
    expect(await failure()).toMatchObject({
      stream: 'account-b',
      error: expect.stringContaining('belongs to another'),
    });
    expect(await cardsNow()).toEqual([{ id: 'a', holder: 'Ann' }]);
    expect((await world.readModels.query<object>('select * from read.cards'))[0]).not.toHaveProperty('$owner');
  });
});

test('a key is free again once its row was deleted, also within one batch', async () => {
  const [opened, closed] = [attacks['put over'], attacks.deleted] as const;
  await world.append('t1', 'a', opened as AccountEvent);
  const first = await world.project();
  await world.reached(await world.append('t2', 'x', { type: 'Deposited', data: { amount: 1 } }));
  await first.stop();
  await world.append('t1', 'a', closed as AccountEvent);
  const position = await world.append('t1', 'b', { type: 'AccountOpened', data: { accountId: 'a', holder: 'Bo' } });
  await world.project();
  await world.reached(position);
  expect(await cardsNow()).toEqual([{ id: 'a', holder: 'Bo' }]);
});

test('several streams of a tenant write rows that are the tenant’s, another tenant’s do not', async () => {
  await world.project();
  await world.append('t1', 'a', { type: 'Deposited', data: { amount: 1 } });
  await world.reached(await world.append('t1', 'b', { type: 'Deposited', data: { amount: 2 } }), 't1');
  await world.append('t2', 'c', { type: 'Deposited', data: { amount: 4 } });
  expect(await failure()).toMatchObject({ stream: 'account-c' });
  expect(await world.readModels.query('select * from read.sums')).toEqual([{ id: 'all', amount: 3 }]);
});
