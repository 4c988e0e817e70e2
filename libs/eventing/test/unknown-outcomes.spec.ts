import { newUuid } from '@yoyaku/kernel';
import { type AggregateStoreOptions, type Appended, EventStoreDenied, EventStoreUnavailable } from '../src';
import { Account } from './account';
import { type Bank, misbehaving, openBank, repeatable } from './bank';

let bank: Bank;
beforeAll(async () => {
  bank = await openBank();
});
afterAll(() => bank.close());

type Append = Bank['eventStore']['append'];

/** A store that does not answer its first append, and carries it out when it is told to. */
function answeringLate() {
  const held: (() => Promise<Appended>)[] = [];
  let onSecond = async () => {};
  let appends = 0;
  const append: Append = async (...call) => {
    appends += 1;
    if (appends > 1) {
      await onSecond();
      return bank.eventStore.append(...call);
    }
    held.push(() => bank.eventStore.append(...call));
    throw new EventStoreUnavailable(new Error('No answer'));
  };
  return {
    store: misbehaving(bank.eventStore, { append }),
    land: () => (held[0] as () => Promise<Appended>)(),
    beforeTheSecond: (act: () => Promise<unknown>) => {
      onSecond = async () => {
        onSecond = async () => {};
        await act();
      };
    },
    appends: () => appends,
  };
}

test('an append that lands after somebody looked for it is stored once, and the chain goes on from it', async () => {
  const id = await bank.open();
  const late = answeringLate();
  const through = bank.aProcess(late.store);
  late.beforeTheSecond(late.land);
  expect(await bank.deposit(id, 10, through)).toMatchObject({ revision: 1, state: { balance: 10 } });
  await bank.deposit(id, 5, through);
  const events = await bank.stored(id);
  expect(events).toHaveLength(3);
  expect(events[1]?.position).toBe((await bank.eventStore.append(`account-${id}`, 0, [events[1] as never])).position);
  expect(await bank.isWhole(id)).toBe(true);
});

test('an append that landed is found behind more commands of others than a head remembers', async () => {
  const id = await bank.open();
  const late = answeringLate();
  let isLate = true;
  const busy = misbehaving(late.store, {
    untilAnswers: async () => {
      if (!isLate) return;
      isLate = false;
      await late.land();
      await bank.depositMany(id, 70);
      await through.load(Account, id);
      await bank.depositMany(id, 70);
    },
  });
  const through = bank.aProcess(busy);
  expect(await bank.deposit(id, 10, through)).toMatchObject({ revision: 141, state: { balance: 150 } });
  expect(await bank.stored(id)).toHaveLength(142);
});

test('an append that was never to land is sent again', async () => {
  const id = await bank.open();
  const late = answeringLate();
  expect(await bank.deposit(id, 10, bank.aProcess(late.store))).toMatchObject({ revision: 1, state: { balance: 10 } });
  await expect(late.land()).resolves.toMatchObject({ revision: 1 });
  expect(await bank.stored(id)).toHaveLength(2);
});

test('an append that is denied when it is sent again may still land: the command is not told that it was denied', async () => {
  const id = await bank.open();
  const late = answeringLate();
  late.beforeTheSecond(late.land);
  let isDenied = false;
  const denying = misbehaving(late.store, {
    append: async (...call) => {
      const isSecond = late.appends() === 1 && !isDenied;
      if (!isSecond) return late.store.append(...call);
      isDenied = true;
      throw new EventStoreDenied(new Error('denied'));
    },
  });
  expect(await bank.deposit(id, 10, bank.aProcess(denying))).toMatchObject({ revision: 1, state: { balance: 10 } });
  expect(isDenied).toBe(true);
  expect(await bank.stored(id)).toHaveLength(2);
  expect(await bank.isWhole(id)).toBe(true);
});

test('an append that others were faster than can land no more: the command is decided anew', async () => {
  const id = await bank.open();
  await bank.deposit(id, 10);
  const late = answeringLate();
  late.beforeTheSecond(() => bank.withdraw(id, 8));
  await expect(bank.withdraw(id, 5, bank.aProcess(late.store))).rejects.toMatchObject({ code: 'account.too_little' });
  await expect(late.land()).rejects.toThrow();
  expect(await bank.isWhole(id)).toBe(true);
});

test('of a new instance too: what another process sealed under the same command is what is built on', async () => {
  const id = newUuid();
  const ctx = repeatable();
  const openBy = (holder: string, through = bank.aProcess()) =>
    through.execute(Account, id, { type: 'OpenAccount', data: { accountId: id, holder } }, ctx, 'assumeEmpty');
  const late = answeringLate();
  late.beforeTheSecond(() => openBy('Aki'));
  const through = bank.aProcess(late.store);
  expect((await openBy('Bo', through)).state.holder).toBe('Aki');
  await bank.deposit(id, 1, through);
  expect(await bank.isWhole(id)).toBe(true);
});

test('a repeated append is told from a new one also by who has not heard of the first', async () => {
  const id = newUuid();
  const ctx = repeatable();
  const openBy = (holder: string, through = bank.aProcess()) =>
    through.execute(Account, id, { type: 'OpenAccount', data: { accountId: id, holder } }, ctx, 'assumeEmpty');
  const deaf = misbehaving(bank.eventStore, {
    subscribeToAll: async function* ({ signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const through = bank.aProcess(deaf);
  void through.follow(bank.ending);
  await bank.deposit(await bank.open(through), 1, through);
  const first = await openBy('Aki');
  expect(await openBy('Bo', through)).toEqual(first);
  await bank.deposit(id, 1, through);
  expect(await bank.isWhole(id)).toBe(true);
});

test('without any answer nothing is refused and nothing remembered: what became of it is said to be unknown', async () => {
  const id = await bank.open();
  await bank.deposit(id, 10);
  let appends = 0;
  const unheard = misbehaving(bank.eventStore, {
    append: async () => {
      appends += 1;
      throw new EventStoreUnavailable(new Error('No answer'));
    },
  });
  const through = bank.aProcess(unheard);
  await expect(bank.withdraw(id, 10, through)).rejects.toBeInstanceOf(EventStoreUnavailable);
  expect(appends).toBeGreaterThan(1);
  expect((await through.load(Account, id)).state.balance).toBe(10);
});

describe('a command that comes again, after a thousand others', () => {
  const key = Buffer.alloc(32, 1);
  const onRefused = () => {};

  test.each<[string, AggregateStoreOptions]>([
    ['', {}],
    [', through a snapshot', { snapshots: { key, onRefused } }],
  ])('is answered, neither taken again nor refused%s', async (_, options) => {
    const id = await bank.open();
    const [deposit, withdrawal] = [repeatable(), repeatable()];
    await bank.deposit(id, 10, undefined, deposit);
    await bank.withdraw(id, 10, undefined, withdrawal);
    await bank.depositMany(id, 1_050);
    const writer = bank.aProcess(undefined, options);
    await bank.withdraw(id, 1_050, writer);
    for (let i = 0; i < 10; i++) await bank.deposit(id, 0, writer);
    while (options.snapshots && !(await bank.eventStore.readSnapshot(`account-${id}`)));
    const events = (await bank.stored(id)).length;

    const again = { repeated: true };
    const another = bank.aProcess(undefined, options);
    expect((await bank.deposit(id, 10, another, { ...deposit, ...again })).state.balance).toBe(0);
    expect((await bank.withdraw(id, 10, another, { ...withdrawal, ...again })).state.balance).toBe(0);
    expect(await bank.stored(id)).toHaveLength(events);
  });

  test('is looked for no further back than the event that led to it', async () => {
    const id = await bank.open();
    await bank.depositMany(id, 200);
    const events = await bank.stored(id);
    let read = 0;
    const counting = misbehaving(bank.eventStore, {
      readStream: async function* (stream, options) {
        for await (const event of bank.eventStore.readStream(stream, options)) {
          if (options?.direction === 'backwards') read += 1;
          yield event;
        }
      },
    });
    const ctx = repeatable({ repeated: true, notBefore: events[190]?.position ?? 0n });
    await bank.deposit(id, 1, bank.aProcess(counting), ctx);
    expect(read).toBe(201 - 190);
  });
});

test('a store that was set back is read anew, not taken for one where others are always faster', async () => {
  const [id, asBefore] = [await bank.open(), await bank.open()];
  let isSetBack = false;
  const nameOf = (stream: string) => (isSetBack && stream === `account-${id}` ? `account-${asBefore}` : stream);
  const store = misbehaving(bank.eventStore, {
    append: (stream, ...more) => bank.eventStore.append(nameOf(stream), ...more),
    readStream: (stream, ...more) => bank.eventStore.readStream(nameOf(stream), ...more),
  });
  const through = bank.aProcess(store);
  for (let i = 0; i < 3; i++) await bank.deposit(id, 1, through);
  isSetBack = true;
  expect(await bank.deposit(id, 1, through)).toMatchObject({ revision: 1, state: { balance: 1 } });
});
