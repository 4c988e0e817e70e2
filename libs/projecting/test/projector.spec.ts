import { until } from '@yoyaku/testing';
import { spell } from './tally';
import { expectRowsOfHistory } from './under-load';
import { createWorld, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.tidy());
afterAll(() => world.end());

const balanceOf = async (id: string) =>
  (await world.readModels.find<{ balance: number }>('select balance from read.accounts where id = $1', [id]))?.balance;

test('without NATS, rows follow the store, and a wait for a position shows the write', async () => {
  const projector = await world.project();
  expect(projector.path).toBe('store');
  const account = await world.open('t1', 'Ann');
  for (let amount = 1; amount <= 20; amount++) {
    await world.reached(await world.deposit('t1', account, amount), 't1');
    expect(await balanceOf(account)).toBe((amount * (amount + 1)) / 2);
  }
  await expectRowsOfHistory(world);
});

test('a wait for all partitions ends although most saw no event of their own', async () => {
  await world.project();
  const account = await world.open('t2', 'Ben');
  await world.reached(await world.deposit('t2', account, 7));
});

test('over NATS, rows follow the relay', async () => {
  const channel = world.channel();
  world.relay(channel);
  const projector = await world.project({ channel });
  await until(() => projector.path === 'nats');
  const account = await world.open('t1', 'Cho');
  await world.reached(await world.deposit('t1', account, 3), 't1');
  expect(await balanceOf(account)).toBe(3);
  await expectRowsOfHistory(world);
});

test('what was appended while nobody ran is caught up, and what was applied is not applied again', async () => {
  const first = await world.project();
  const account = await world.open('t3', 'Dan');
  await world.reached(await world.deposit('t3', account, 1));
  await first.stop();
  const position = await world.deposit('t3', account, 2);
  await world.project();
  await world.reached(position);
  expect(await balanceOf(account)).toBe(3);
});

test('a handler that throws stops its own tenant, which can be resumed', async () => {
  spell.broken = false;
  await world.project();
  const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
  await world.append('t1', cursed, { type: 'AccountCursed', data: { accountId: cursed } });
  const behind = await world.deposit('t1', cursed, 5);
  await world.reached(await world.deposit('t2', spared, 6), 't2');
  expect(await balanceOf(spared)).toBe(6);

  await until(async () => (await world.admin.get('tally')).state === 'failed');
  const { failure, partitions, quarantined } = await world.admin.get('tally');
  expect(failure).toMatchObject({ type: 'AccountCursed', error: 'Error: cursed', revision: 1 });
  const stored = (await world.everything()).find(({ type }) => type === 'AccountCursed');
  const { $correlationId: correlationId, $causationId: causationId } = stored?.metadata ?? {};
  expect(world.log).toContainEqual({
    message: 'A tenant stopped',
    facts: expect.objectContaining({ projection: 'tally', tenant: 't1', correlationId, causationId }),
  });
  expect(partitions.every(({ state }) => state === 'live')).toBe(true);
  expect(quarantined).toMatchObject([{ tenant: 't1', state: 'failed' }]);
  expect(await balanceOf(cursed)).toBe(0);

  spell.broken = true;
  await world.admin.resume('tally');
  await world.reached(behind, 't1');
  expect(await balanceOf(cursed)).toBe(5);
  await expectRowsOfHistory(world);
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
  await world.reached(behind, 't1');
  expect(await balanceOf(account)).toBe(5);
  await expect(world.admin.skip('tally', { reason: 'again', by: 'ops' })).rejects.toThrow('projection.not_failed');
});

test('a paused projection stands still until it is resumed', async () => {
  await world.project();
  const account = await world.open('t1', 'Hal');
  await world.reached(await world.deposit('t1', account, 1), 't1');
  await world.admin.pause('tally');
  const position = await world.deposit('t1', account, 1);
  expect(await world.consistency().waitFor(['tally'], position, { tenantId: 't1', timeoutMs: 300 })).toBe(false);
  expect(await balanceOf(account)).toBe(1);
  await world.admin.resume('tally');
  await world.reached(position, 't1');
});

test('a row that PostgreSQL refuses stops its tenant at its event', async () => {
  await world.project();
  const account = await world.open('t2', 'Ira');
  await world.deposit('t2', account, 2);
  await world.deposit('t2', account, 2 ** 40);
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  expect((await world.admin.get('tally')).failure).toMatchObject({ type: 'Deposited', revision: 2 });
  expect(await balanceOf(account)).toBe(2);
  await world.admin.skip('tally', { reason: 'nobody is that rich', by: 'ops' });
  await world.reached(await world.deposit('t2', account, 3), 't2');
  expect(await balanceOf(account)).toBe(5);
});
