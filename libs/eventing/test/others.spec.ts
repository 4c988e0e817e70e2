import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { newUuid, now } from '@yoyaku/kernel';
import { putOthers, testOfEventNode, until } from '@yoyaku/testing';
import { DamagedHistory, type EventStore, type EventStoreDb, type StoredEvent } from '../src';
import { Account } from './account';
import { type Bank, context, openBank } from './bank';

/** A store that others use as well as we do. */
let bank: Bank;
let client: EventStoreDBClient;

beforeEach(async () => {
  bank = await openBank();
  client = EventStoreDBClient.connectionString(bank.servers.eventStoreUrl);
});
afterEach(async () => {
  await client.dispose();
  await bank.close();
});

const OURS = { categories: new Set([Account.category]) };
const others = (count = 40) => putOthers(bank.servers.eventStoreUrl, count, Account.category);
const typesOf = (events: readonly StoredEvent[]) => events.map(({ type }) => type);

/** What a subscription gives until it is level with the store. */
async function followed(store: EventStore, options: { streamPrefixes?: readonly string[] } = {}) {
  const ending = new AbortController();
  const events: StoredEvent[] = [];
  const subscription = store.subscribeToAll({
    ...options,
    after: 'start',
    signal: ending.signal,
    onLive: () => setImmediate(() => ending.abort()),
  });
  for await (const event of subscription) events.push(event);
  return events;
}

describe('events of others', () => {
  testOfEventNode()('are passed over by every reader of the store, and counted', async () => {
    const store = bank.connect(bank.servers.eventStoreUrl, OURS);
    await others();
    const id = await bank.open();
    await others();
    await bank.deposit(id, 5);
    const { position } = await bank.deposit(id, 7);
    const before = store.passedOver;
    expect(typesOf(await Array.fromAsync(store.readAll()))).toEqual(['AccountOpened', 'Deposited', 'Deposited']);
    expect(typesOf(await followed(store))).toEqual(['AccountOpened', 'Deposited', 'Deposited']);
    expect(store.passedOver - before).toBeGreaterThanOrEqual(60);
    expect(await store.head()).toBe(position);

    await others();
    const [last] = await Array.fromAsync(store.readAll({ direction: 'backwards', limit: 1 }));
    expect(last?.position).toBe(position);
    expect((await bank.deposit(id, 1)).state.balance).toBe(13);
  });

  testOfEventNode()('tell how far a reader is that passes them over', async () => {
    const { position } = await bank.deposit(await bank.open(), 7);
    await others();
    const passed: bigint[] = [];
    const onPassed = (at: bigint) => passed.push(at);
    expect(await Array.fromAsync(bank.eventStore.readAll({ after: position, onPassed }))).toEqual([]);
    expect(passed.at(-1)).toBe(await bank.eventStore.head());
    expect(passed).toEqual(passed.toSorted((a, b) => Number(a - b)));
  });

  it('the store’s own least of all, whatever is asked for', async () => {
    const id = await bank.open();
    await bank.depositMany(id, 15);
    await bank.eventStore.writeSnapshot(`account-${id}`, { state: 'secret' });
    expect(await followed(bank.eventStore, { streamPrefixes: ['snapshot-'] })).toEqual([]);
    expect(await Array.fromAsync(bank.eventStore.readAll({ streamPrefixes: ['snapshot-'] }))).toEqual([]);
  });
});

describe('an event that says it is ours, and is not', () => {
  const envelope = async () => ({ ...((await bank.stored(await bank.open()))[0] as StoredEvent).metadata });
  const put = async (metadata: object, data: unknown = { amount: 5 }, type = 'Deposited') => {
    const event = jsonEvent({ type, data: data as never, metadata });
    await client.appendToStream(bank.servers.inStore(`account-${newUuid()}`), event);
    return (await Array.fromAsync(store().readAll())).at(-1) as StoredEvent;
  };
  const store = () => bank.connect(bank.servers.eventStoreUrl, OURS);

  it('is given, with what is wrong with it, and as its tenant’s where one can be told', async () => {
    const whole = await envelope();
    const { hash: _, tenantId, ...rest } = whole;
    expect(await put({ ...rest, tenantId })).toMatchObject({
      flaw: expect.stringContaining('hash'),
      metadata: { tenantId },
    });
    expect(await put({ tenantId, prevHash: null })).toMatchObject({ flaw: expect.any(String), metadata: { tenantId } });
    expect(await put({ ...whole, tenantId: ['a'] })).toMatchObject({ metadata: { tenantId: 'platform' } });
    expect(await put({ ...whole, actor: null })).toMatchObject({ flaw: expect.stringContaining('actor') });
    expect(await put({ ...whole, occurredAt: 'soon' })).toMatchObject({ flaw: expect.stringContaining('occurredAt') });
    expect(await put(whole, 'text')).toMatchObject({ flaw: expect.stringContaining('data'), data: {} });
    expect(await put(whole, {}, 'a\u0000b')).toMatchObject({ flaw: expect.stringContaining('type') });
    await expect(bank.codec.openAll([await put({ ...rest, tenantId })])).rejects.toThrow('hash');
  });

  it('is whole without what led to it, which a reaction of the build before does not know', async () => {
    const { $correlationId: _, $causationId, ...rest } = await envelope();
    const event = await put({ ...rest, causationId: $causationId });
    expect(event.flaw).toBeUndefined();
    const [opened] = await bank.codec.openAll([event]);
    expect(opened).toMatchObject({ correlationId: '', causationId: $causationId });
    expect((await put({ ...rest, $correlationId: 7 })).flaw).toContain('$correlationId');
  });

  it('is the same whichever way it is read', async () => {
    await put({ tenantId: 't1', prevHash: null, commandId: 'none' });
    const [read, heard] = [await Array.fromAsync(store().readAll()), await followed(store())];
    expect(read).toHaveLength(1);
    expect(JSON.stringify(heard.map(({ position: _, ...event }) => event))).toBe(
      JSON.stringify(read.map(({ position: _, ...event }) => event)),
    );
  });

  it('is not one that has a tenant as well, but nothing that we alone have', async () => {
    for (const metadata of [
      { tenantId: 'acme', user: 'bo' },
      { schemaVersion: 2, tenantId: 'acme' },
    ]) {
      expect(await put(metadata)).toBeUndefined();
      expect(await followed(store())).toEqual([]);
    }
  });

  it('of a kind of stream that we do not have is not ours at all', async () => {
    const metadata = { commandId: newUuid(), schemaVersion: 1, tenantId: 'acme', occurredAt: now() };
    await client.appendToStream(
      bank.servers.inStore(`shipment-${newUuid()}`),
      jsonEvent({ type: 'Shipped', data: {}, metadata }),
    );
    expect(await Array.fromAsync(store().readAll())).toEqual([]);
  });
});

describe('a stream of ours that somebody', () => {
  const harms: Readonly<Record<string, (stream: string) => Promise<unknown>>> = {
    'deleted for good': (stream) => client.tombstoneStream(stream),
    truncated: (stream) => client.setStreamMetadata(stream, { truncateBefore: 2 }),
    'had the store keep one event of': (stream) => client.setStreamMetadata(stream, { maxCount: 1 }),
    'put an event into': (stream) => client.appendToStream(stream, jsonEvent({ type: 'Test', data: {} })),
  };

  it.each(Object.entries(harms))('%s takes no command, and says why', async (_, harm) => {
    const id = await bank.open();
    await bank.deposit(id, 1);
    await bank.deposit(id, 2);
    await harm(bank.servers.inStore(`account-${id}`));
    const other = bank.aProcess();
    await expect(bank.withdraw(id, 1, other)).rejects.toThrow(DamagedHistory);
    await expect(bank.withdraw(id, 1, other)).rejects.toThrow(`account-${id}`);
  });

  it('deleted does not begin anew without a word', async () => {
    const id = await bank.open();
    await client.deleteStream(bank.servers.inStore(`account-${id}`));
    const opening = { type: 'OpenAccount', data: { accountId: id, holder: 'Bo' } } as const;
    await expect(bank.aProcess().execute(Account, id, opening, context())).rejects.toThrow(DamagedHistory);
    await expect(bank.withdraw(id, 1, bank.aProcess())).rejects.toThrow(DamagedHistory);
  });
});

it('snapshots that somebody deleted for good are missing, and nothing else is', async () => {
  const id = await bank.open();
  const stream = `account-${id}`;
  await bank.eventStore.writeSnapshot(stream, { of: 'it' });
  await client.tombstoneStream(`snapshot-${stream}`);
  expect(await bank.eventStore.readSnapshot(stream)).toBeUndefined();
  expect((await bank.deposit(id, 1, bank.aProcess())).state.balance).toBe(1);
});

describe('installations that share a store', () => {
  it('see their own events alone, each by its prefix, and one without', async () => {
    const { eventStoreUrl: url } = bank.servers;
    // One begins as the other does. Nobody had them before: the server may be one that lasts.
    const prefix = `tokyo_${newUuid().replaceAll('-', '')}`;
    const stores: Record<string, EventStoreDb> = {
      none: bank.eventStore,
      tokyo: bank.connect(url, { prefix }),
      tokyo2: bank.connect(url, { prefix: `${prefix}2` }),
    };
    await others();
    const id = newUuid();
    for (const [name, store] of Object.entries(stores)) {
      const opening = { type: 'OpenAccount', data: { accountId: id, holder: name } } as const;
      const process = bank.aProcess(store);
      await process.execute(Account, id, opening, context(), 'assumeEmpty');
      for (let i = 0; i < 3; i++) await bank.deposit(id, 1, process);
      await store.writeSnapshot(`account-${id}`, { of: name });
      await others();
    }
    for (const [name, store] of Object.entries(stores)) {
      const events = await Array.fromAsync(store.readAll());
      expect(events.map(({ stream }) => stream)).toEqual(Array(4).fill(`account-${id}`));
      expect(await followed(store)).toEqual(events);
      expect(await Array.fromAsync(store.readStream(`account-${id}`))).toEqual(events);
      expect(await store.readSnapshot(`account-${id}`)).toEqual({ of: name });
      const { state } = await bank.aProcess(store).load(Account, id);
      expect(state).toMatchObject({ holder: name, balance: 3 });
    }
    expect(await stores.tokyo?.head()).toBeLessThan((await stores.tokyo2?.head()) as bigint);
    const heard = bank.aProcess(stores.tokyo);
    void heard.follow(bank.ending);
    await bank.deposit(id, 5, bank.aProcess(stores.tokyo2));
    await bank.deposit(id, 7, bank.aProcess(stores.tokyo));
    await until(async () => (await heard.load(Account, id)).state.balance === 10);
  });
});
