import { grant } from '@yoyaku/access/grant';
import { eventingMigrations, PostgresSubjectKeys } from '@yoyaku/eventing';
import { deriveUuid, newUuid, type Uuid } from '@yoyaku/kernel';
import { rejection } from '@yoyaku/kernel/specification';
import { createPool, Notifications, runMigrations } from '@yoyaku/postgres';
import { startServers, type TestServers, tcpProxy, until } from '@yoyaku/testing';
import {
  AggregateStore,
  ConcurrencyConflict,
  EventCodec,
  EventStoreDb,
  EventStoreUnavailable,
  isIntact,
  type RecordedEvent,
  type Sealed,
  type StoredEvent,
  seal,
  sealedCopy,
  stepOf,
  subjectOf,
  unreadStepOf,
} from '../src';
import { Account } from './account';
import { actor, context } from './bank';

describe('an aggregate store', () => {
  let servers: TestServers;
  let eventStore: EventStoreDb;
  let keys: PostgresSubjectKeys;
  let codec: EventCodec;
  let store: AggregateStore;
  let pool: ReturnType<typeof createPool>;

  beforeAll(async () => {
    servers = await startServers();
    await runMigrations(servers.databaseUrl, eventingMigrations);
    pool = createPool(servers.databaseUrl);
    keys = new PostgresSubjectKeys(pool, Buffer.alloc(32, 7));
    codec = new EventCodec([Account], keys);
    eventStore = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
    store = new AggregateStore(eventStore, codec);
  });

  afterAll(async () => {
    await eventStore.close();
    await pool.end();
    await servers.stop();
  });

  const open = async (through = store) => {
    const accountId = newUuid();
    await through.execute(
      Account,
      accountId,
      { type: 'OpenAccount', data: { accountId, holder: 'Aki' } },
      context(),
      'assumeEmpty',
    );
    return accountId;
  };
  const deposit = (accountId: string, amount: number, through = store, ctx = context()) =>
    through.execute(Account, accountId, { type: 'Deposit', data: { amount } }, ctx);

  describe('in the scope of a business', () => {
    const within = (businessId: string) =>
      context({ scope: grant('business', { kind: 'business', businessId: businessId as Uuid }) });

    it('changes what is that one’s', async () => {
      const account = await open();
      expect(await deposit(account, 1, store, within(account))).toMatchObject({ state: { balance: 1 } });
    });

    it.each(['known', 'not known'])('changes nothing of another, be its stream %s to the process', async (known) => {
      const [own, other] = [await open(), await open()];
      const through = known === 'known' ? store : new AggregateStore(eventStore, codec);
      await expect(deposit(other, 1, through, within(own))).rejects.toMatchObject({ code: 'tenant.forbidden' });
      expect(await store.load(Account, other, 'requireLoad')).toMatchObject({ revision: 0 });
    });

    it('makes nothing for another', async () => {
      const [own, accountId] = [await open(), newUuid()];
      const command = { type: 'OpenAccount', data: { accountId, holder: 'Aki' } } as const;
      const making = store.execute(Account, accountId, command, within(own), 'assumeEmpty');
      await expect(making).rejects.toMatchObject({ code: 'tenant.forbidden' });
      expect(await store.load(Account, accountId, 'requireLoad')).toMatchObject({ revision: -1 });
    });
  });
  const withdraw = (accountId: string, amount: number, through = store, ctx = context()) =>
    through.execute(Account, accountId, { type: 'Withdraw', data: { amount } }, ctx);
  const stored = (accountId: string) => Array.fromAsync(eventStore.readStream(`account-${accountId}`));
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error) =>
        rejection(() => {
          throw error;
        }),
    );
  const anotherProcess = () => new AggregateStore(eventStore, codec);

  const expectWholeChain = (events: StoredEvent[]) => {
    let prevHash: string | null = null;
    for (const event of events) {
      expect(isIntact(event, prevHash)).toBe(true);
      prevHash = event.metadata.hash;
    }
  };

  it('takes a command to its events, and tells where they stand', async () => {
    const id = await open();
    const { state, revision, position } = await deposit(id, 100);
    expect(state.balance).toBe(100);
    expect(revision).toBe(1);
    const events = await stored(id);
    expect(events.map(({ type }) => type)).toEqual(['AccountOpened', 'Deposited']);
    expect(events[1]?.position).toBe(position);
    expect(events[1]?.metadata).toMatchObject({
      tenantId: id,
      actor: { id: actor.id, role: 'user' },
      schemaVersion: 2,
    });
    expectWholeChain(events);
  });

  it('tells when the stream began and was last added to: from memory, anew, as of a moment, and of none', async () => {
    const id = await open();
    const outcome = await deposit(id, 100);
    const [first, last] = (await stored(id)) as [StoredEvent, StoredEvent];
    const times = { createdAt: first.metadata.occurredAt, updatedAt: last.metadata.occurredAt };
    expect(outcome).toMatchObject(times);
    expect(await anotherProcess().load(Account, id)).toMatchObject(times);
    expect(await store.loadAt(Account, id, last.metadata.occurredAt)).toMatchObject(times);
    expect(await deposit(id, 1, anotherProcess())).toMatchObject({ createdAt: times.createdAt });
    expect(await store.load(Account, newUuid())).toMatchObject({ createdAt: null, updatedAt: null });
  });

  it('notices any change to a stored event', async () => {
    const id = await open();
    const [event] = (await stored(id)) as [StoredEvent];
    expect(isIntact({ ...event, data: { ...event.data, accountId: newUuid() } }, null)).toBe(false);
    expect(isIntact({ ...event, metadata: { ...event.metadata, tenantId: newUuid() } }, null)).toBe(false);
    expect(isIntact({ ...event, type: 'Deposited' }, null)).toBe(false);
    expect(isIntact({ ...event, stream: 'account-x' }, null)).toBe(false);
    expect(isIntact(event, 'another')).toBe(false);
  });

  it('answers a repeat of a command with what it led to, in every process', async () => {
    const id = await open();
    const ctx = context();
    await deposit(id, 10, store, ctx);
    expect((await deposit(id, 10, store, ctx)).state.balance).toBe(10);
    expect((await deposit(id, 10, anotherProcess(), { ...ctx, repeated: true })).state.balance).toBe(10);
    expect(await stored(id)).toHaveLength(2);
  });

  it('sees that the store knew a command that this process took for a new one', async () => {
    const id = newUuid();
    const ctx = context({ commandId: deriveUuid('key', id) });
    const openBy = (holder: string, through: AggregateStore) =>
      through.execute(Account, id, { type: 'OpenAccount', data: { accountId: id, holder } }, ctx, 'assumeEmpty');
    await openBy('Aki', store);
    const following = new AbortController();
    const another = anotherProcess();
    const done = another.follow(following.signal);
    expect((await openBy('Bo', another)).state.holder).toBe('Aki');
    await deposit(id, 1, another);
    expectWholeChain(await stored(id));
    following.abort();
    await done;
  });

  it('takes a step whose answer nobody uses once, however often it runs, and the next command follows what stands', async () => {
    const ctx = context();
    const accountId = deriveUuid('account', ctx.commandId);
    const openAs = (holder: string, through: AggregateStore) =>
      through.execute(
        Account,
        accountId,
        { type: 'OpenAccount', data: { accountId, holder } },
        unreadStepOf(ctx, 'open'),
        'assumeEmpty',
      );
    const other = anotherProcess();
    await openAs('Aki', store);
    await openAs('Beni', other);
    await deposit(accountId, 10, other);
    await openAs('Chika', store);
    const history = await Array.fromAsync(store.history(Account, accountId));
    expect(history.map(({ type }) => type)).toEqual(['AccountOpened', 'Deposited']);
    expect((await store.load(Account, accountId, 'requireLoad')).state).toMatchObject({ holder: 'Aki', balance: 10 });
    const stored = await Array.fromAsync(eventStore.readStream(`account-${accountId}`));
    expect(stored[1]?.metadata.prevHash).toBe(stored[0]?.metadata.hash);
  });

  it('takes two steps of one operation on one stream as two commands', async () => {
    const id = await open();
    const ctx = context();
    await deposit(id, 10, store, ctx);
    await deposit(id, 5, store, stepOf(ctx, 'again'));
    expect((await deposit(id, 5, store, stepOf(ctx, 'again'))).state.balance).toBe(15);
  });

  it('lets exactly as many win as the state allows, over processes and concurrent commands', async () => {
    const id = await open();
    await deposit(id, 30);
    const processes = [store, anotherProcess(), anotherProcess()];
    const outcomes = await Promise.all(Array.from({ length: 60 }, (_, i) => codeOf(withdraw(id, 1, processes[i % 3]))));
    expect(outcomes.filter((code) => code === undefined)).toHaveLength(30);
    expect(outcomes.filter((code) => code === 'account.too_little')).toHaveLength(30);
    expectWholeChain(await stored(id));
  });

  it('refuses nothing on what it only remembers', async () => {
    const id = await open();
    await deposit(id, 1);
    await store.load(Account, id);
    await deposit(id, 99, anotherProcess());
    expect((await withdraw(id, 100)).state.balance).toBe(0);
  });

  it('takes If-Match at its word', async () => {
    const id = await open();
    await expect(deposit(id, 1, store, context({ expectedRevisions: [7] }))).rejects.toBeInstanceOf(
      ConcurrencyConflict,
    );
    expect((await deposit(id, 1, store, context({ expectedRevisions: [0] }))).revision).toBe(1);
    await expect(deposit(id, 1, store, context({ expectedRevisions: [0] }))).rejects.toBeInstanceOf(
      ConcurrencyConflict,
    );
  });

  it('finds out what became of an append whose answer was lost', async () => {
    const proxy = await tcpProxy(servers.eventStoreUrl);
    const remote = new EventStoreDb(proxy.url, { prefix: servers.eventStorePrefix });
    const through = new AggregateStore(remote, codec);
    const id = await open(through);

    proxy.silence('toClient');
    const answer = deposit(id, 10, through);
    while ((await stored(id)).length < 2);
    proxy.cut();
    proxy.mend();

    expect((await answer).state.balance).toBe(10);
    expect(await stored(id)).toHaveLength(2);
    expect((await deposit(id, 5, through)).revision).toBe(2);
    expectWholeChain(await stored(id));
    await remote.close();
    await proxy.close();
  });

  it('seals personal data, opens it, and shows nothing of it once the key is gone', async () => {
    const id = await open();
    const text = JSON.stringify((await stored(id)).map(({ data, metadata }) => ({ data, metadata })));
    expect(text).not.toContain('"Aki"');
    expect(text).not.toContain('203.0.113.7');
    const opened = await codec.openAll(await stored(id));
    expect(opened[0]).toMatchObject({ data: { accountId: id, holder: 'Aki' } });
    expect((await codec.addressesOf(opened))[0]).toMatchObject({ ip: '203.0.113.7' });

    await keys.destroy(subjectOf('account', id));
    const [erased] = await codec.openAll(await stored(id));
    expect(erased).toMatchObject({ data: { accountId: id, holder: null } });
    expectWholeChain(await stored(id));
    expect((await deposit(id, 1)).state.balance).toBe(1);
  });

  it('keeps in no process what was opened with a key that is gone, and takes nothing personal of who is erased', async () => {
    const notifications = new Notifications(servers.databaseUrl);
    const theirKeys = new PostgresSubjectKeys(pool, Buffer.alloc(32, 7));
    await theirKeys.cacheWhileHearing(notifications);
    const theirs = new AggregateStore(eventStore, new EventCodec([Account], theirKeys));
    theirKeys.onDestroyed(() => theirs.forgetErased());
    const holderOf = async (id: string) => (await theirs.load(Account, id)).state.holder;
    const [id, other] = [await open(theirs), await open()];
    await deposit(id, 1, theirs);
    expect([await holderOf(id), await holderOf(other)]).toEqual(['Aki', 'Aki']);

    const [copy] = (await codec.openAll(await stored(id))).map(sealedCopy);
    expect(await codec.unseal([null, copy ?? null])).toEqual([{}, { holder: 'Aki' }]);
    await keys.destroy(subjectOf('account', id));
    await until(async () => (await holderOf(id)) === null);
    expect(await holderOf(other)).toBe('Aki');
    expect(await codec.unseal([copy ?? null])).toEqual([{}]);
    expect((await deposit(id, 1, theirs)).state).toEqual({ accountId: id, holder: null, balance: 2 });

    const gone = newUuid();
    await keys.destroy(subjectOf('account', gone));
    const command = { type: 'OpenAccount', data: { accountId: gone, holder: 'Aki' } } as const;
    expect(await codeOf(store.execute(Account, gone, command, context(), 'assumeEmpty'))).toBe('person.erased');
    await notifications.close();
  });

  it('seals the address apart from the data, and opens that of earlier builds, which did not', async () => {
    const id = await open();
    const [event] = (await stored(id)) as [StoredEvent];
    const [recorded] = await codec.openAll([event]);
    const { data, actor: address } = (recorded as RecordedEvent).sealed;
    const copy = (sealed: Sealed | null | undefined) => sealed && { ...sealed, eventId: event.id };
    await expect(codec.unseal([copy(address) ?? null])).rejects.toThrow();
    await expect(codec.addresses([copy(data) ?? null])).rejects.toThrow();

    const subject = `user:${actor.id}`;
    const key = (await keys.ensure([subject])).get(subject) as Buffer;
    const earlier = seal({ ip: '203.0.113.9', userAgent: null }, subject, key, event.id);
    expect(await codec.addresses([copy(earlier) ?? null, null])).toEqual([
      { ip: '203.0.113.9', userAgent: null },
      { ip: null, userAgent: null },
    ]);
  });

  it('reads old shapes as today’s', async () => {
    const id = await open();
    const [first] = (await stored(id)) as [StoredEvent];
    const old: StoredEvent = {
      ...first,
      type: 'Deposited',
      data: { cents: 250 },
      metadata: { ...first.metadata, schemaVersion: 1 },
    };
    expect((await codec.openAll([old]))[0]?.data).toEqual({ amount: 250 });
  });

  it('keeps what it remembers current by following the store', async () => {
    const id = await open();
    const following = new AbortController();
    const follower = anotherProcess();
    const done = follower.follow(following.signal);
    expect((await follower.load(Account, id)).state.balance).toBe(0);
    let seen = 0;
    for (let deposits = 1; seen === 0; deposits++) {
      await deposit(id, 1);
      seen = (await follower.load(Account, id)).state.balance;
      expect(deposits).toBeLessThan(1_000);
    }
    following.abort();
    await done;
  });

  it('goes on with what it remembers while the store is away, and hears what it missed', async () => {
    const proxy = await tcpProxy(servers.eventStoreUrl);
    const remote = new EventStoreDb(proxy.url, { prefix: servers.eventStorePrefix });
    const through = new AggregateStore(remote, codec);
    const following = new AbortController();
    const done = through.follow(following.signal);
    const balanceOf = async (id: string) => (await through.load(Account, id)).state.balance;
    const [id, other] = [await open(through), await open(through)];
    while ((await balanceOf(id)) === 0) await deposit(id, 1);
    const before = await balanceOf(id);

    proxy.refuse();
    await expect(deposit(other, 1, through)).rejects.toBeInstanceOf(EventStoreUnavailable);
    await expect(through.load(Account, id, 'requireLoad')).rejects.toBeInstanceOf(EventStoreUnavailable);
    expect(await balanceOf(id)).toBe(before);
    await deposit(id, 100);
    proxy.mend();
    await until(async () => (await balanceOf(id).catch(() => before)) === before + 100);

    following.abort();
    await done;
    await remote.close();
    await proxy.close();
  });
});
