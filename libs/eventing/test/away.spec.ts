import { EventStoreDBClient } from '@eventstore/db-client';
import { newUuid } from '@yoyaku/kernel';
import { measureDelay, startServers, type TcpProxy, tcpProxy, testOfEventNode, until } from '@yoyaku/testing';
import { EventStoreDb, EventStoreUnavailable, type Load } from '../src';
import { AppendCall, type AppendRequest } from '../src/store/eventstoredb/batch-append';
import { Connection } from '../src/store/eventstoredb/connection';
import { TimedOut } from '../src/store/within';
import { Account } from './account';
import { type Bank, context, openBank } from './bank';
import { noticedWithin } from './patience';

/** The event store away in each of its ways: it does not write, it is silent, it is gone. */
let bank: Bank;
let proxy: TcpProxy;
let reported: string[];
let store: EventStoreDb;

beforeAll(async () => {
  bank = await openBank();
});
afterAll(() => bank.close());
beforeEach(async () => {
  proxy = await tcpProxy(bank.servers.eventStoreUrl);
  reported = [];
  store = new EventStoreDb(proxy.url, {
    prefix: bank.servers.eventStorePrefix,
    report: (trouble) => reported.push(trouble),
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  await proxy.close();
});

/** Seconds do not count in which this process, whose store is in it, did not run. */
const secondsOf = async (promise: Promise<unknown>) => {
  const began = performance.now();
  const delayed = measureDelay();
  const [outcome] = await Promise.allSettled([promise]);
  const seconds = (performance.now() - began - delayed()) / 1000;
  return { seconds, error: outcome.status === 'rejected' ? outcome.reason : undefined };
};

test('reads but does not write: all are told so in time, and who comes next at once, until it writes again', async () => {
  const through = bank.aProcess(store);
  const [id, other] = [await bank.open(through), await bank.open(through)];
  const appended: string[] = [];
  const hanging = jest.spyOn(AppendCall.prototype, 'append').mockImplementation(({ name }) => {
    appended.push(name);
    return new Promise(() => {});
  });

  const queued = await Promise.all(Array.from({ length: 50 }, () => secondsOf(bank.deposit(id, 1, through))));
  for (const { seconds, error } of queued) {
    expect(error).toBeInstanceOf(EventStoreUnavailable);
    expect(seconds).toBeLessThan(15);
  }
  const next = await secondsOf(bank.deposit(other, 1, through));
  expect(next.error).toBeInstanceOf(EventStoreUnavailable);
  expect(store.takesWrites).toBe(false);
  expect((await through.load(Account, id, 'requireLoad')).state.balance).toBe(0);
  // The command that was first; the store is probed with another stream.
  expect(appended.filter((stream) => !stream.endsWith('yoyaku_probe'))).toEqual([
    expect.stringContaining(`account-${id}`),
  ]);

  hanging.mockRestore();
  await until(() => store.takesWrites);
  expect((await bank.deposit(id, 1, through)).state.balance).toBe(1);
  expect(await bank.isWhole(id)).toBe(true);
  expect(reported).toEqual(['The event store does not answer appends', 'The event store answers appends again']);
});

test('silent: no call waits for ever, what is remembered passes for current for seconds only, then nothing does', async () => {
  const through = bank.aProcess(store);
  const following = new AbortController();
  void through.follow(following.signal);
  const id = await bank.open(through);
  const balance = async (load?: Load) => (await through.load(Account, id, load)).state.balance;
  await until(async () => {
    await bank.deposit(id, 1, through);
    return (await balance()) > 0;
  });
  const before = await balance();

  proxy.silence();
  const silentSince = performance.now();
  const delayed = measureDelay();
  await bank.deposit(id, 100);
  const reading = await secondsOf(balance('requireLoad'));
  expect(reading.error).toBeInstanceOf(EventStoreUnavailable);
  const remembered = await balance().catch((error: unknown) => error);
  await until(async () => (await secondsOf(balance())).error instanceof EventStoreUnavailable);
  const noticedAfter = performance.now() - silentSince;
  const heldUp = delayed();
  expect(noticedAfter).toBeLessThan(noticedWithin(6_000, heldUp));
  expect(1_000 * reading.seconds).toBeLessThan(noticedWithin(3_000, heldUp));
  // Who noticed it late does not remember it any more.
  if (1_000 * reading.seconds < 3_000) expect(remembered).toBe(before);
  expect((await secondsOf(bank.deposit(id, 1, through))).seconds).toBeLessThan(1);

  proxy.mend();
  await until(() =>
    balance().then(
      (now) => now === before + 100,
      () => false,
    ),
  );
  await until(() => store.takesWrites);
  expect((await bank.deposit(id, 1, through)).state.balance).toBe(before + 101);
  following.abort();
});

/** Keeps this process busy for so many of each hundred milliseconds, until told to stop. */
function busy(share: number): () => void {
  let stopped = false;
  const work = () => {
    const until = performance.now() + share;
    while (performance.now() < until);
    if (!stopped) setTimeout(work, 100 - share);
  };
  work();
  return () => {
    stopped = true;
  };
}

describe('an append whose answer does not come in time', () => {
  const append = () => secondsOf(store.append('probe-late', 'no_stream', [], 600));

  test('tells nothing of the store when this process has more to do than it can', async () => {
    proxy.slow(1_000);
    const stop = busy(100);
    const { error } = await append();
    expect(error).toBeInstanceOf(EventStoreUnavailable);
    expect([store.takesWrites, reported]).toEqual([true, []]);
    expect(error.cause).toMatchObject({ name: 'TimedOut', heldUp: true });
    stop();
  });

  test('tells that the store is silent when this process has much to do, but not too much', async () => {
    proxy.silence();
    const stop = busy(30);
    let { error } = await append();
    // Where others leave this process too little of the machine, it has too much to do after all.
    while (error.cause.heldUp && store.takesWrites) ({ error } = await append());
    expect([store.takesWrites, reported]).toEqual([false, ['The event store does not answer appends']]);
    expect(error.cause.name).toBe('TimedOut');
    stop();
  });
});

test('a process that is held up all the time believes in silence after a while', async () => {
  const find = () => new Promise(() => {});
  const connection = new Connection({ url: proxy.url, what: 'appends', silence: 20, find, report: () => {} });
  connection.failed(new TimedOut('Late', true));
  expect(connection.answers).toBe(true);
  await until(() => {
    connection.failed(new TimedOut('Late', true));
    return !connection.answers;
  });
  await connection.close();
});

test('gone and back: a subscription says so once, goes on where it was, and tells again how far it is current', async () => {
  const id = await bank.open();
  const ending = new AbortController();
  const seen: number[] = [];
  let currentAt = 0;
  const onCurrent = (at: number) => {
    currentAt = at;
  };
  const following = (async () => {
    const events = store.subscribeToAll({ after: await bank.eventStore.head(), signal: ending.signal, onCurrent });
    for await (const { stream, revision } of events) if (stream === `account-${id}`) seen.push(revision);
  })();
  await until(() => currentAt > 0);
  proxy.refuse();
  await bank.deposit(id, 1);
  await until(() => reported.some((trouble) => trouble.startsWith('Lost')));
  const goneAt = performance.now();
  await bank.deposit(id, 1);
  proxy.mend();
  await until(() => seen.length === 2 && currentAt > goneAt);
  expect(seen).toEqual([1, 2]);
  const lost = reported.filter((trouble) => trouble.startsWith('Lost'));
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThan(4);
  expect(reported).toContainEqual(expect.stringMatching(/^Follows the event store again, after \d+ failures$/));
  ending.abort();
  await following;
});

test('connections that died unnoticed are left for new ones, and not for others over the same dead one', async () => {
  const through = bank.aProcess(store);
  const id = await bank.open(through);
  proxy.forget();
  const began = performance.now();
  const delayed = measureDelay();
  const deposits = () =>
    bank.deposit(id, 1, through).then(
      () => true,
      () => false,
    );
  await until(deposits);
  const heldUp = delayed();
  // gRPC itself gives a connection up after two times its ping's ten seconds.
  expect(performance.now() - began).toBeLessThan(noticedWithin(8_000, heldUp));
});

test('an append is told a deadline that bears clocks which are seconds apart', async () => {
  const sent = jest.spyOn(AppendCall.prototype, 'append');
  await bank.open(bank.aProcess(store), context());
  const [{ deadlineMs }] = sent.mock.calls[0] as [AppendRequest];
  expect(deadlineMs).toBeGreaterThan(9_000);
  expect(deadlineMs).toBeLessThanOrEqual(10_000);
});

testOfEventNode()(
  'set back to an older state: whoever follows it forgets what was remembered, and hears of what comes then',
  async () => {
    const older = await startServers();
    let url = bank.servers.eventStoreUrl;
    const way = await tcpProxy(() => url);
    const [moving, restored] = [bank.connect(way.url), bank.connect(older.eventStoreUrl)];
    const [through, others] = [bank.aProcess(moving), bank.aProcess(restored)];
    void through.follow(bank.ending);
    const id = newUuid();
    const open = { type: 'OpenAccount', data: { accountId: id, holder: 'Aki' } } as const;
    await through.execute(Account, id, open, context(), 'assumeEmpty');
    await bank.depositMany(id, 100);
    const balance = async () => (await through.load(Account, id)).state.balance;
    await until(async () => (await balance()) === 100);

    url = older.eventStoreUrl;
    way.cut();
    await others.execute(Account, id, open, context(), 'assumeEmpty');
    await bank.deposit(id, 7, others);
    await until(async () => (await balance().catch(() => 0)) === 7);
    await bank.deposit(id, 1, others);
    await until(async () => (await balance()) === 8);
    await way.close();
    await older.stop();
  },
);

testOfEventNode()(
  'back, but its probe is refused since somebody deleted that stream: it is answered all the same',
  async () => {
    const through = bank.aProcess(store);
    const id = await bank.open(through);
    const client = EventStoreDBClient.connectionString(bank.servers.eventStoreUrl);
    await client.tombstoneStream(bank.servers.inStore('yoyaku_probe'));
    await client.dispose();
    proxy.silence();
    expect((await secondsOf(bank.deposit(id, 1, through))).error).toBeInstanceOf(EventStoreUnavailable);
    expect(store.takesWrites).toBe(false);
    proxy.mend();
    await until(() => store.takesWrites);
    // What was not answered waits on its way, and may still be done.
    expect([1, 2]).toContain((await bank.deposit(id, 1, through)).state.balance);
  },
);

test('the stream of probes is among those of the installation, by its prefix', async () => {
  const store = bank.connect(bank.servers.eventStoreUrl, { prefix: 'tokyo' });
  const appended: string[] = [];
  const hanging = jest.spyOn(AppendCall.prototype, 'append').mockImplementation(({ name }) => {
    appended.push(name);
    return new Promise(() => {});
  });
  const probe = () => appended.find((name) => name.endsWith('yoyaku_probe'));
  // Until it is believed to be silent: not at once by a process that was held up itself.
  await until(async () => {
    const appending = store.append(`account-${newUuid()}`, 'no_stream', [], 50);
    await expect(appending).rejects.toThrow(EventStoreUnavailable);
    return probe() !== undefined;
  });
  hanging.mockRestore();
  expect(probe()).toBe('tokyo.yoyaku_probe');
});
