import { DAY, fromEpochMs, newUuid } from '@yoyaku/kernel';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import { AggregateStore, EventCodec, EventStoreDb, type SubjectKeys, systemContext } from '../src';
import { StreamCache } from '../src/aggregates/stream-cache';
import { Account } from './account';
import { everybodysKey } from './bank';

let servers: TestServers;
let eventStore: EventStoreDb;
const following = new AbortController();

beforeAll(async () => {
  servers = await startServers();
  eventStore = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
});
afterAll(async () => {
  following.abort();
  await eventStore.close();
  await servers.stop();
});

it('a head that was read while its stream moved on is not taken for current', async () => {
  const others = new AggregateStore(eventStore, new EventCodec([Account], everybodysKey));
  const id = newUuid();
  const stream = `account-${id}`;
  await others.execute(
    Account,
    id,
    { type: 'OpenAccount', data: { accountId: id, holder: 'Aki' } },
    systemContext('spec'),
    'assumeEmpty',
  );

  const atKeys = Promise.withResolvers<void>();
  const door = Promise.withResolvers<void>();
  const slowKeys: SubjectKeys = {
    ...everybodysKey,
    find: async (subjects) => {
      atKeys.resolve();
      await door.promise;
      return everybodysKey.find(subjects);
    },
  };
  const cache = new StreamCache(eventStore, new EventCodec([Account], slowKeys), undefined, 100);
  void cache.follow(following.signal);
  const nobody = newUuid();
  await until(async () => {
    await cache.requireLoad(Account, nobody);
    return cache.maxStale(`account-${nobody}`) !== undefined;
  });

  const reading = cache.requireLoad(Account, id);
  await atKeys.promise;
  const deposit = { type: 'Deposit', data: { amount: 5 } } as const;
  await others.execute(Account, id, deposit, systemContext('spec'));
  const open = { type: 'OpenAccount', data: { accountId: nobody, holder: 'Bo' } } as const;
  await others.execute(Account, nobody, open, systemContext('spec'), 'assumeEmpty');
  await until(() => cache.maxStale(`account-${nobody}`) === undefined);
  door.resolve();

  expect(await reading).toMatchObject({ revision: 0, state: { balance: 0 } });
  expect(cache.anyCached(stream)).toMatchObject({ revision: 0 });
  expect(cache.maxStale(stream)).toBeUndefined();
  expect(await cache.requireLoad(Account, id)).toMatchObject({ revision: 1, state: { balance: 5 } });
  expect(cache.maxStale(stream)).toMatchObject({ revision: 1 });
});

it('nor is the head after an append of ours whose answer came later than news of what followed', async () => {
  const codec = new EventCodec([Account], everybodysKey);
  const others = new AggregateStore(eventStore, codec);
  const cache = new StreamCache(eventStore, codec, undefined, 100);
  void cache.follow(following.signal);
  const id = newUuid();
  const stream = `account-${id}`;
  const open = { type: 'OpenAccount', data: { accountId: id, holder: 'Aki' } } as const;
  await others.execute(Account, id, open, systemContext('spec'), 'assumeEmpty');
  let before = await cache.requireLoad(Account, id);
  await until(async () => {
    before = await cache.requireLoad(Account, id);
    return cache.maxStale(stream) !== undefined;
  });

  const deposit = { type: 'Deposit', data: { amount: 5 } } as const;
  const sentAt = performance.now();
  const { state, revision, position } = await others.execute(Account, id, deposit, systemContext('spec'));
  await others.execute(Account, id, deposit, systemContext('spec'));
  await until(() => cache.maxStale(stream) === undefined);
  await until(
    async () => (await cache.requireLoad(Account, id)).revision === 2 && cache.maxStale(stream) !== undefined,
  );
  cache.appended(Account, stream, before, { ...before, state, revision, position, verifiedAt: sentAt });
  expect(cache.maxStale(stream)).toBeUndefined();
});

it('a command is found behind events whose clock was wrong, but not looked for without end', async () => {
  const codec = new EventCodec([Account], everybodysKey);
  const accounts = new AggregateStore(eventStore, codec);
  const cache = new StreamCache(eventStore, codec, undefined, 100);
  const id = newUuid();
  const opened = systemContext('spec');
  await accounts.execute(
    Account,
    id,
    { type: 'OpenAccount', data: { accountId: id, holder: 'Aki' } },
    opened,
    'assumeEmpty',
  );
  const isFound = () => cache.holds(`account-${id}`, { ...opened, repeated: true });
  const depositDaysAgo = () => {
    const ctx = { ...systemContext('spec'), at: fromEpochMs(Date.now() - 3 * DAY) };
    return accounts.execute(Account, id, { type: 'Deposit', data: { amount: 1 } }, ctx);
  };

  await depositDaysAgo();
  expect(await isFound()).toBe(true);
  for (let i = 0; i < 300; i++) await depositDaysAgo();
  expect(await isFound()).toBe(false);
});
