import { tally } from '../test/tally';
import { runProjection } from './run-projection';

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
