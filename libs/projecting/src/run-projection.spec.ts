import { newUuid } from '@yoyaku/kernel';
import { type AccountEvent, tally } from '../test/tally';
import { defineProjection } from './projection';
import { runProjection } from './run-projection';
import { defineTable, nullable, text, uuid } from './table';

const ID = '0198c0de-0000-7000-8000-000000000001';
const stream = `account-${ID}`;
const opened = { type: 'AccountOpened', data: { accountId: ID, holder: 'Ann' }, stream } as const;

test('gives the rows that events lead to', () => {
  const deposited = { type: 'Deposited', data: { amount: 5 }, stream } as const;
  expect(runProjection(tally, [opened, deposited, deposited])).toEqual({
    accounts: [{ id: ID, holder: 'Ann', balance: 10, movements: 2, openedAt: '2026-04-01T00:00:00Z', tags: ['a,"b"'] }],
    holders: [{ tenantId: 'spec', holder: 'Ann', accounts: 1 }],
  });
});

test('a patch of a row that is not there leaves it away, a delete takes it', () => {
  const closed = { type: 'AccountClosed', data: { accountId: ID }, stream } as const;
  expect(runProjection(tally, [opened, closed])).toMatchObject({ accounts: [], holders: [{ accounts: 0 }] });
  expect(runProjection(tally, [closed])).toEqual({ accounts: [], holders: [] });
});

test('a row is changed by the stream that made it, where the table does not say that it is the tenant’s', () => {
  const elsewhere = { ...opened, stream: 'account-other' } as const;
  expect(() => runProjection(tally, [opened, elsewhere])).toThrow('failed');
  expect(() => runProjection(tally, [opened, { ...opened, tenantId: 'another' }])).toThrow('failed');
  const closed = { type: 'AccountClosed', data: { accountId: ID }, stream } as const;
  expect(runProjection(tally, [opened, closed, elsewhere])).toMatchObject({ accounts: [{ id: ID }] });
  const second = { ...elsewhere, data: { accountId: 'other', holder: 'Ann' } } as const;
  expect(runProjection(tally, [opened, second]).holders).toMatchObject([{ holder: 'Ann', accounts: 2 }]);
});

describe('what a read model declares', () => {
  const tables = {
    openings: defineTable('openings', { columns: { id: uuid, holder: text, note: nullable(text) }, key: ['id'] }),
  };
  const ignored = ['Deposited', 'AccountClosed', 'AccountCursed'] as const;
  const name = 'openings';
  const version = 1;

  test('each type of event has a handler or is ignored, and not both', () => {
    const on = { AccountOpened: () => {} };
    defineProjection<AccountEvent>()({ name, version, tables, ignored, on });
    // @ts-expect-error AccountCursed is forgotten
    defineProjection<AccountEvent>()({ name, version, tables, ignored: ['Deposited', 'AccountClosed'], on });
    // @ts-expect-error Deposited is ignored
    defineProjection<AccountEvent>()({ name, version, tables, ignored, on: { ...on, Deposited: () => {} } });
    // @ts-expect-error there is no such type
    defineProjection<AccountEvent>()({ name, version, tables, ignored: [...ignored, 'AccountFrozen'], on });
  });

  test('a row has the columns of its table and no others, also where the compiler cannot see it', () => {
    const id = newUuid();
    const rowsOf = (row: object) =>
      runProjection(
        defineProjection<AccountEvent>()({
          name,
          version,
          tables,
          ignored,
          on: { AccountOpened: (_, { openings }) => openings.put(row as never) },
        }),
        [opened],
      ).openings;
    expect(rowsOf({ id, holder: 'Ann', note: null })).toHaveLength(1);
    expect(() => rowsOf({ id, holder: 'Ann', note: null, age: 7 })).toThrow('openings has no column age');
    expect(() => rowsOf({ id, holder: null, note: null })).toThrow('A row of openings lacks holder');
  });

  test('a column that comes from a spread of the event does not compile where the table has none', () => {
    defineProjection<AccountEvent>()({
      name,
      version,
      tables,
      ignored,
      on: {
        AccountOpened: ({ data: { accountId: id, ...data } }, { openings }) => {
          const more = { ...data, age: 7 };
          // @ts-expect-error age is no column
          openings.put({ id, note: null, ...more });
          // @ts-expect-error age is no column
          openings.patch({ id }, more);
          openings.patch({ id }, { holder: 'Ann' });
        },
      },
    });
  });
});
