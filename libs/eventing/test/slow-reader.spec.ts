import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { newUuid } from '@yoyaku/kernel';
import { EventStoreDb } from '../src';
import { type Bank, context, openBank } from './bank';

let bank: Bank;
beforeAll(async () => {
  bank = await openBank();
});
afterAll(() => bank.close());
afterEach(() => jest.restoreAllMocks());

/** Appends events to streams of their own, and gives these. */
async function appendLarge(count: number): Promise<string[]> {
  const streams: string[] = [];
  for (let n = 0; n < count; n++) {
    const accountId = newUuid();
    const stream = `account-${accountId}`;
    const opened = { type: 'AccountOpened', data: { accountId, holder: 'x'.repeat(50_000) } };
    const sealed = await bank.codec.sealAll(stream, [opened], context(), accountId, { revision: -1, hash: null });
    await bank.eventStore.append(stream, 'no_stream', sealed);
    streams.push(stream);
  }
  return streams;
}

test('a reader slower than the writers is ended by the store, goes on where it was, and needs no word about it', async () => {
  const subscriptions = jest.spyOn(EventStoreDBClient.prototype, 'subscribeToAll');
  const reported: string[] = [];
  const store = new EventStoreDb(bank.servers.eventStoreUrl, {
    prefix: bank.servers.eventStorePrefix,
    report: (trouble) => reported.push(trouble),
  });
  const ending = new AbortController();
  const seen: string[] = [];
  const live = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const reading = (async () => {
    const options = { after: await store.head(), signal: ending.signal, onLive: live.resolve };
    for await (const { stream } of store.subscribeToAll(options)) {
      if (seen.length === 0) await held.promise;
      seen.push(stream);
      if (seen.length === 300) ending.abort();
    }
  })();
  await live.promise;
  const streams = await appendLarge(200);
  held.resolve();
  // What comes while it subscribes again is for the new subscription.
  for (let more = 0; more < 10; more++) {
    streams.push(...(await appendLarge(10)));
    await delay(1);
  }
  await reading;
  await store.close();
  expect(seen).toEqual(streams);
  expect(subscriptions.mock.calls.length).toBeGreaterThan(1);
  expect(reported).toEqual([]);
});
