import { newUuid } from '@yoyaku/kernel';
import { fixedKeys, startServers } from '@yoyaku/testing';
import {
  AggregateStore,
  BrokenEvent,
  type CommandContext,
  EventCodec,
  EventStoreDb,
  NotReadableHere,
  systemContext,
} from '../src';
import { Account, type AccountEvent } from './account';

const keys = fixedKeys(Buffer.alloc(32));
const context = (): CommandContext => systemContext('spec');

test('a stream that a newer build has written is refused, and never taken for what it was', async () => {
  const { eventStoreUrl, eventStorePrefix: prefix, stop } = await startServers();
  const eventStore = new EventStoreDb(eventStoreUrl, { prefix });
  /** Where withdrawals have a second shape. */
  const Newer: typeof Account = {
    ...Account,
    events: { ...Account.events, Withdrawn: { version: 2, upcasts: { 1: (data) => ({ ...data }) } } },
  };
  const [codec, newerCodec] = [new EventCodec([Account], keys), new EventCodec([Newer], keys)];
  expect(codec.reads).toBe(new EventCodec([Account], keys).reads);
  expect(codec.reads).not.toBe(newerCodec.reads);
  const older = new AggregateStore(eventStore, codec);
  const newer = new AggregateStore(eventStore, newerCodec);

  const accountId = newUuid();
  await older.execute(
    Account,
    accountId,
    { type: 'OpenAccount', data: { accountId, holder: 'Aki' } },
    context(),
    'assumeEmpty',
  );
  await older.execute(Account, accountId, { type: 'Deposit', data: { amount: 5 } }, context());
  await newer.execute(Newer, accountId, { type: 'Withdraw', data: { amount: 5 } }, context());
  // Neither by what it remembers of the stream, nor by what it reads.
  for (const store of [older, new AggregateStore(eventStore, codec)]) {
    const withdrawn = store.execute(Account, accountId, { type: 'Withdraw', data: { amount: 1 } }, context());
    await expect(withdrawn).rejects.toThrow(NotReadableHere);
  }
  const stored = await Array.fromAsync(eventStore.readStream(`account-${accountId}`));
  await expect(codec.openAll(stored)).rejects.toThrow('does not know version 2 of Withdrawn');
  expect(
    (await newerCodec.openAll(stored)).map(({ type }): AccountEvent['type'] => type as AccountEvent['type']),
  ).toEqual(['AccountOpened', 'Deposited', 'Withdrawn']);
  // What nobody has appended is no newer build's, whatever shape it says it has.
  const forged = stored.map((event) => ({ ...event, type: 'Forged' }));
  await expect(codec.openAll(forged)).rejects.toThrow(BrokenEvent);
  await eventStore.close();
  await stop();
});
