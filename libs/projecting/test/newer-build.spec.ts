import { type AnyAggregate, EventCodec, systemContext } from '@yoyaku/eventing';
import { type Message, newUuid, plain } from '@yoyaku/kernel';
import { defineProjection, defineTable, integer, text, uuid } from '@yoyaku/projecting';
import { fixedKeys, until } from '@yoyaku/testing';
import { type AccountEvent, spell, tally } from './tally';
import { createWorld, type World } from './world';

const entries = defineTable('entries', {
  columns: { id: uuid, type: text, note: text },
  key: ['id'],
  appendOnly: true,
});
const totals = defineTable('totals', { columns: { id: text, amount: integer }, key: ['id'] });

/** Takes events of every type, also those that this build does not know. */
const journal = defineProjection<AccountEvent>()({
  name: 'journal',
  version: 1,
  tables: { entries, totals },
  ignored: ['AccountOpened', 'AccountClosed', 'AccountCursed'],
  on: {
    Deposited: ({ stream, data: { amount } }, rows) =>
      rows.totals.put({ id: stream, amount: (rows.totals.get({ id: stream })?.amount ?? 0) + amount }),
  },
  onEvery: ({ id, type, data }, rows) => rows.entries.put({ id, type, note: JSON.stringify(data) }),
});

const noKeys = fixedKeys();
/** Knows one more type, and counts deposits in cents. */
const newer = new EventCodec(
  [
    {
      category: 'account',
      events: {
        AccountOpened: plain,
        AccountClosed: plain,
        AccountCursed: plain,
        AccountFrozen: plain,
        Deposited: { version: 2, upcasts: { 1: ({ amount }: { amount: number }) => ({ amount: amount * 100 }) } },
      },
    } as unknown as AnyAggregate,
  ],
  noKeys,
);

let world: World;
beforeEach(async () => {
  world = await createWorld([journal, tally], { partitions: 4 });
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

/** A stream of its own, written by the newer build. Gives it, and the position. */
async function appendNewer(tenantId: string, ...events: Message[]) {
  const stream = `account-${newUuid()}`;
  const before = { revision: -1, hash: null };
  const sealed = await newer.sealAll(stream, events, systemContext('spec'), tenantId, before);
  return { stream, position: await world.appendRaw(stream, sealed) };
}

const frozen = { type: 'AccountFrozen', data: { why: 'winter' } };
const waiting = async (name = 'journal') =>
  (await world.admin.get(name)).partitions.flatMap(({ unreadable }) => unreadable ?? []);
const countOf = async (type: string) =>
  (await world.readModels.query('select * from read.entries where type = $1', [type])).length;

test('a type that this build does not know waits for one that does, and nothing has failed', async () => {
  await world.project();
  const { stream } = await appendNewer('t1', frozen);
  await until(async () => (await waiting()).length === 1);
  expect(await waiting()).toMatchObject([{ type: 'AccountFrozen', stream }]);
  expect((await world.admin.get('journal')).state).toBe('live');
  // Who has no use for the type goes on, and so do the other partitions.
  const own = await world.deposit('t1', await world.open('t1', 'Ann'), 1);
  expect(await world.consistency().waitFor(['tally'], own, { tenantId: 't1', timeoutMs: 60_000 })).toBe(true);
  expect(await waiting('tally')).toEqual([]);
  const other = await world.deposit('t2', await world.open('t2', 'Ben'), 1);
  expect(await world.consistency().waitFor(['journal'], other, { tenantId: 't2', timeoutMs: 60_000 })).toBe(true);
  expect(world.log.filter(({ message }) => message === 'An event needs a newer build')).toHaveLength(1);
  // A query of all tenants does not wait for it.
  expect(await world.consistency().waitFor(['journal'], other, { timeoutMs: 60_000 })).toBe(true);

  await world.project({ codec: newer });
  await world.reached(await world.deposit('t1', await world.open('t1', 'Cho'), 1));
  expect(await waiting()).toEqual([]);
  expect(await countOf('AccountFrozen')).toBe(1);
});

test('while both builds run, the newer one takes what the older one cannot read', async () => {
  await world.project();
  await world.project({ codec: newer });
  for (let i = 0; i < 8; i++) {
    const { position } = await appendNewer(`t${i}`, frozen, { type: 'Deposited', data: { amount: 500 } });
    await world.reached(position);
  }
  expect(await countOf('AccountFrozen')).toBe(8);
  for (const name of ['journal', 'tally']) expect((await world.admin.get(name)).state).toBe('live');
});

test('a newer version of a type is never read as if it were the older one', async () => {
  await world.project();
  const { stream } = await appendNewer('t1', { type: 'Deposited', data: { amount: 500 } });
  await until(async () => (await waiting()).length === 1);
  expect(await world.readModels.query('select * from read.totals')).toEqual([]);
  await world.project({ codec: newer });
  await until(async () => (await waiting()).length === 0);
  await until(async () => (await world.readModels.query('select * from read.totals')).length === 1);
  expect(await world.readModels.query('select * from read.totals')).toEqual([{ id: stream, amount: 500 }]);
});

test('where no newer build is to come, the event can be skipped', async () => {
  await world.project();
  const { position } = await appendNewer('t1', frozen);
  await until(async () => (await waiting()).length === 1);
  await world.admin.skip('journal', { reason: 'rolled back', by: 'ops' });
  await world.reached(position);
  expect(await waiting()).toEqual([]);
  expect(await countOf('AccountFrozen')).toBe(0);
});

test('a rebuild that comes to such an event is left to the newer build', async () => {
  const older = await world.project();
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ann'), 1));
  await appendNewer('t1', frozen);
  await until(async () => (await waiting()).length === 1);
  await world.admin.rebuild(['journal'], 'ops');
  const refused = () =>
    world.pool.query(`select from projecting.checkpoints where partition = -1 and unreadable is not null`);
  await until(async () => (await refused()).rowCount === 1);
  expect(await world.admin.rebuildOf('journal')).toMatchObject({ state: 'running', failure: null });
  await world.project({ codec: newer });
  await until(async () => (await world.admin.rebuildOf('journal')).state === 'done');
  await older.stop();
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ben'), 1));
  expect(await countOf('AccountFrozen')).toBe(1);
});

test('a tenant that catches up and meets such an event stops alone, until a newer build has its partition', async () => {
  spell.broken = false;
  const older = await world.project();
  const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t1', 'Fay')];
  await world.append('t1', cursed, { type: 'AccountCursed', data: { accountId: cursed } });
  const quarantined = async () => (await world.admin.get('tally')).quarantined;
  const stopsAt = (type: string) => until(async () => (await quarantined())[0]?.failure?.type === type);
  await stopsAt('AccountCursed');
  await appendNewer('t1', { type: 'Deposited', data: { amount: 500 } });
  spell.broken = true;
  await world.admin.resume('tally', { tenant: 't1' });
  await stopsAt('Deposited');
  expect((await quarantined())[0]).toMatchObject({ state: 'failed' });
  expect(await waiting('tally')).toEqual([]);
  await world.project({ codec: newer });
  await older.stop();
  await until(async () => (await quarantined()).length === 0);
  await world.reached(await world.deposit('t1', spared, 1), 't1');
});
