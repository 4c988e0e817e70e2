import { randomBytes } from 'node:crypto';
import { newUuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Snapshots } from '../src/aggregates/snapshots';
import { Account } from './account';
import { type Bank, misbehaving, openBank } from './bank';

const KEY = Buffer.alloc(32, 1);
let bank: Bank;
let refused: string[];

beforeAll(async () => {
  bank = await openBank();
});
afterAll(() => bank.close());
beforeEach(() => {
  refused = [];
});

const onRefused = (stream: string) => refused.push(stream);
const snapshots = (key = KEY) => new Snapshots(bank.eventStore, { key, onRefused });
const aProcess = (store?: Bank['eventStore']) => bank.aProcess(store, { snapshots: { key: KEY, onRefused } });
const kept = (id: string) => bank.eventStore.readSnapshot(`account-${id}`);

/** An account with 12 deposits of 1, and a snapshot after the ninth event. */
async function anAccount() {
  const through = aProcess();
  const id = await bank.open(through);
  for (let i = 0; i < 12; i++) await bank.deposit(id, 1, through);
  await until(async () => (await kept(id)) !== undefined);
  return id;
}

const headOf = async (id: string, revision: number, balance: number) => {
  const { metadata, position } = (await bank.stored(id))[revision] as Awaited<ReturnType<Bank['stored']>>[number];
  const state = { accountId: id, holder: 'Aki', balance };
  return { state, revision, position, hash: metadata.hash, commandIds: [] };
};

test('a long stream is read from its snapshot on', async () => {
  const id = await anAccount();
  const from: unknown[] = [];
  const watched = misbehaving(bank.eventStore, {
    readStream: (stream, options) => {
      if (stream === `account-${id}`) from.push(options?.from);
      return bank.eventStore.readStream(stream, options);
    },
  });
  const { state, revision } = await aProcess(watched as Bank['eventStore']).load(Account, id);
  expect([state.balance, revision, from]).toEqual([12, 12, [9, 10]]);
  expect(refused).toEqual([]);
});

test('a head knows when its stream began and was last added to, from a snapshot of whatever build', async () => {
  const id = await anAccount();
  const events = await bank.stored(id);
  const times = { createdAt: events[0]?.metadata.occurredAt, updatedAt: events.at(-1)?.metadata.occurredAt };
  expect(await aProcess().load(Account, id)).toMatchObject(times);
  const last = events.length - 1;
  await snapshots().write(`account-${id}`, 1, await headOf(id, last, last));
  expect(await aProcess().load(Account, id)).toMatchObject({ revision: last, ...times });
});

test('what a snapshot says cannot be read in the store', async () => {
  const text = JSON.stringify(await kept(await anAccount()));
  expect(text).toMatch(/^\{"box":"[\w+/=]+"\}$/);
  expect(Buffer.from(JSON.parse(text).box, 'base64').toString('latin1')).not.toContain('Aki');
});

test('a snapshot that the store does not take is told of once, and the one before stays', async () => {
  const id = await anAccount();
  const told: string[] = [];
  const telling = new Snapshots(bank.eventStore, { key: KEY, onRefused, onTooLarge: (stream) => told.push(stream) });
  const before = await kept(id);
  const state = { holder: randomBytes(1_000_000).toString('base64') };
  const head = { ...(await headOf(id, 11, 11)), state };
  for (let i = 0; i < 2; i++) await telling.write(`account-${id}`, 1, head);
  expect(told).toEqual([`account-${id}`]);
  expect(await kept(id)).toEqual(before);
});

test('a snapshot of another version of the state is not used', async () => {
  const id = await anAccount();
  await snapshots().write(`account-${id}`, 1, await headOf(id, 9, 1_000));
  expect((await aProcess().load(Account, id)).state.balance).toBe(1_003);
  const changed = { ...Account, snapshot: { every: 10, version: 2 } };
  expect((await aProcess().load(changed, id)).state.balance).toBe(12);
});

describe('a snapshot is refused, told of, and its stream read from the beginning, when', () => {
  let id: string;
  beforeAll(async () => {
    id = await anAccount();
  });
  afterEach(async () => {
    expect((await aProcess().load(Account, id)).state.balance).toBe(12);
    expect(refused).toEqual([`account-${id}`]);
  });

  test('it was never sealed, as those of the earlier build', async () => {
    const head = await headOf(id, 9, 1_000);
    await bank.eventStore.writeSnapshot(`account-${id}`, { version: 1, head: { ...head, position: '0' } });
  });

  test('it was sealed with another key', async () => {
    await snapshots(Buffer.alloc(32, 2)).write(`account-${id}`, 1, await headOf(id, 9, 1_000));
  });

  test('it was altered', async () => {
    await snapshots().write(`account-${id}`, 1, await headOf(id, 9, 9));
    const { box } = (await kept(id)) as { box: string };
    const bytes = Buffer.from(box, 'base64');
    bytes[40] = (bytes[40] as number) ^ 1;
    await bank.eventStore.writeSnapshot(`account-${id}`, { box: bytes.toString('base64') });
  });

  test('it is that of another stream', async () => {
    await bank.eventStore.writeSnapshot(`account-${id}`, (await kept(await anAccount())) as object);
  });

  test('its stream does not hold the event it was taken after', async () => {
    await snapshots().write(`account-${id}`, 1, { ...(await headOf(id, 9, 1_000)), hash: newUuid() });
  });

  test('its stream does not go that far', async () => {
    await snapshots().write(`account-${id}`, 1, { ...(await headOf(id, 9, 1_000)), revision: 99 });
  });
});
