import { runProjection } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { spell, tally } from './tally';
import { createWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.tidy());
afterAll(() => world.end());

const reached = async (position: bigint, tenantId?: string) =>
  expect(await world.consistency().waitFor(['tally'], position, { tenantId, timeoutMs: 10_000 })).toBe(true);

const balanceOf = async (id: string) =>
  (await world.readModels.find<{ balance: number }>('select balance from read.accounts where id = $1', [id]))?.balance;

/** Rows in PostgreSQL are those of a fresh fold of all events. */
async function expectRowsOfHistory() {
  const events = await world.codec.openAll(await world.everything());
  const expected = runProjection(tally, events.filter(({ type }) => type !== 'AccountCursed') as never);
  expect(await world.readModels.query('select * from read.accounts order by id')).toEqual(expected.accounts);
  const holders = await world.readModels.query('select * from read.account_holders');
  expect(holders).toHaveLength(expected.holders.length);
  expect(holders).toEqual(expect.arrayContaining(expected.holders));
}

test('without NATS, rows follow the store, and a wait for a position shows the write', async () => {
  const projector = await world.project();
  expect(projector.path).toBe('store');
  const account = await world.open('t1', 'Ann');
  for (let amount = 1; amount <= 20; amount++) {
    await reached(await world.deposit('t1', account, amount), 't1');
    expect(await balanceOf(account)).toBe((amount * (amount + 1)) / 2);
  }
  await expectRowsOfHistory();
});

test('a wait for all partitions ends although most saw no event of their own', async () => {
  await world.project();
  const account = await world.open('t2', 'Ben');
  await reached(await world.deposit('t2', account, 7));
});

test('over NATS, rows follow the relay', async () => {
  const channel = world.channel();
  world.relay(channel);
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats');
  const account = await world.open('t1', 'Cho');
  await reached(await world.deposit('t1', account, 3), 't1');
  expect(await balanceOf(account)).toBe(3);
  await expectRowsOfHistory();
});

test('what was appended while nobody ran is caught up, and what was applied is not applied again', async () => {
  const first = await world.project();
  const account = await world.open('t3', 'Dan');
  await reached(await world.deposit('t3', account, 1));
  await first.stop();
  const position = await world.deposit('t3', account, 2);
  await world.project();
  await reached(position);
  expect(await balanceOf(account)).toBe(3);
});

test('a handler that throws stops its own partition, which can be resumed', async () => {
  spell.broken = false;
  await world.project();
  const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
  await world.append('t1', cursed, { type: 'AccountCursed', data: { accountId: cursed } });
  const behind = await world.deposit('t1', cursed, 5);
  await reached(await world.deposit('t2', spared, 6), 't2');
  expect(await balanceOf(spared)).toBe(6);

  await until(async () => (await world.admin.get('tally')).state === 'failed');
  const { failure, partitions } = await world.admin.get('tally');
  expect(failure).toMatchObject({ type: 'AccountCursed', error: 'Error: cursed', revision: 1 });
  const stored = (await world.everything()).find(({ type }) => type === 'AccountCursed');
  const { correlationId, causationId } = stored?.metadata ?? {};
  expect(world.log).toContainEqual({
    message: 'A partition stopped',
    facts: expect.objectContaining({ projection: 'tally', tenant: 't1', correlationId, causationId }),
  });
  expect(partitions.filter(({ state }) => state === 'failed')).toHaveLength(1);
  expect(await balanceOf(cursed)).toBe(0);

  spell.broken = true;
  await world.admin.resume('tally');
  await reached(behind, 't1');
  expect(await balanceOf(cursed)).toBe(5);
  await expectRowsOfHistory();
});

test('a failed event can be skipped, with a reason', async () => {
  spell.broken = false;
  await world.project();
  const account = await world.open('t1', 'Gil');
  await world.append('t1', account, { type: 'AccountCursed', data: { accountId: account } });
  const behind = await world.deposit('t1', account, 5);
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  await expect(world.admin.skip('tally', { reason: ' ', by: 'ops' })).rejects.toThrow('projection.reason_required');
  await world.admin.skip('tally', { reason: 'known to be harmless', by: 'ops' });
  await reached(behind, 't1');
  expect(await balanceOf(account)).toBe(5);
  await expect(world.admin.skip('tally', { reason: 'again', by: 'ops' })).rejects.toThrow('projection.not_failed');
});

test('a paused projection stands still until it is resumed', async () => {
  await world.project();
  const account = await world.open('t1', 'Hal');
  await reached(await world.deposit('t1', account, 1), 't1');
  await world.admin.pause('tally');
  const position = await world.deposit('t1', account, 1);
  expect(await world.consistency().waitFor(['tally'], position, { tenantId: 't1', timeoutMs: 300 })).toBe(false);
  expect(await balanceOf(account)).toBe(1);
  await world.admin.resume('tally');
  await reached(position, 't1');
});

test('a row that PostgreSQL refuses stops the partition at its event', async () => {
  await world.project();
  const account = await world.open('t2', 'Ira');
  await world.deposit('t2', account, 2);
  await world.deposit('t2', account, 2 ** 40);
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  expect((await world.admin.get('tally')).failure).toMatchObject({ type: 'Deposited', revision: 2 });
  expect(await balanceOf(account)).toBe(2);
  await world.admin.skip('tally', { reason: 'nobody is that rich', by: 'ops' });
  await reached(await world.deposit('t2', account, 3), 't2');
  expect(await balanceOf(account)).toBe(5);
});
