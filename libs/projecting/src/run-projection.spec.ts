import { tally } from '../test/tally';
import { runProjection } from './run-projection';

const ID = '0198c0de-0000-7000-8000-000000000001';
const opened = { type: 'AccountOpened', data: { accountId: ID, holder: 'Ann' } } as const;

test('gives the rows that events lead to', () => {
  const deposited = { type: 'Deposited', data: { amount: 5 }, stream: `account-${ID}` } as const;
  expect(runProjection(tally, [opened, deposited, deposited])).toEqual({
    accounts: [{ id: ID, holder: 'Ann', balance: 10, movements: 2, openedAt: '2026-04-01T00:00:00Z', tags: ['a,"b"'] }],
    holders: [{ tenantId: 'spec', holder: 'Ann', accounts: 1 }],
  });
});

test('a patch of a row that is not there leaves it away, a delete takes it', () => {
  const closed = { type: 'AccountClosed', data: { accountId: ID } } as const;
  expect(runProjection(tally, [opened, closed])).toMatchObject({ accounts: [], holders: [{ accounts: 0 }] });
  expect(runProjection(tally, [closed])).toEqual({ accounts: [], holders: [] });
});
