import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { type GrpcProxy, grpcProxy, measureDelay, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { createApi } from '../src/create-api';
import { ApiUnderTest, callOn, type SignedInUser } from './api-under-test';

/** A real event store, of which the appends are lost on the way while all else is answered. */
let api: ApiUnderTest;
let way: GrpcProxy;
let direct: EventStoreDb;

beforeAll(async () => {
  api = await ApiUnderTest.start(async ({ eventStoreUrl }) => {
    way = await grpcProxy(eventStoreUrl);
    return { ESDB_URL: way.url };
  });
  direct = new EventStoreDb(api.servers.eventStoreUrl, { prefix: api.servers.eventStorePrefix });
});
afterAll(async () => {
  await direct.close();
  // Calls that were lost have no end until their way is gone.
  await way.close();
  await api.stop();
});

/** Seconds do not count in which this process, whose api and event store are in it, did not run. */
const rename = async ({ token }: SignedInUser, key?: string) => {
  const began = performance.now();
  const delayed = measureDelay();
  const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
  const reply = await api.call('PATCH', '/users/me', { token, body: { name: 'Bea' }, headers });
  return { ...reply, seconds: (performance.now() - began - delayed()) / 1000 };
};
const health = () => api.call('GET', '//health/ready');
const changesOf = async ({ id }: SignedInUser) => {
  const events = await Array.fromAsync(direct.readStream(`user-${id}`));
  return events.filter(({ type }) => type === 'UserProfileChanged').length;
};

test.each(['requests', 'answers'] as const)(
  'reads but does not write, %s are lost: all are told so in time; after it nothing is lost and nothing is there twice',
  async (what) => {
    await until(async () => (await health()).status === 200);
    const people: SignedInUser[] = [];
    // One after the other: eight passwords to hash at once keep this process from hearing the store.
    while (people.length < 8) people.push(await api.register());
    const [keyed, plain] = [people.slice(0, 4), people.slice(4)];
    const keys = new Map(keyed.map((person) => [person, newUuid()]));
    way.swallow(/Append$/, what);

    const replies = await Promise.all(people.map((person) => rename(person, keys.get(person))));
    for (const { status, headers, seconds } of replies) {
      expect(seconds).toBeLessThan(15);
      // A change whose answer alone was lost is found by reading, which goes on.
      if (what === 'answers' && status === 200) continue;
      expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    }
    await until(async () => (await health()).body.missing.includes('writes'));
    expect(await health()).toMatchObject({
      status: 503,
      body: { status: 'unavailable', checks: { eventStore: { status: 'up' }, writes: { status: 'down' } } },
    });
    const next = await rename(plain[0]!);
    expect(next.status).toBe(503);

    way.mend();
    for (const person of keyed) await until(async () => (await rename(person, keys.get(person))).status === 200);
    await until(async () => (await health()).status === 200);
    for (const person of keyed) expect(await changesOf(person)).toBe(1);
    for (const [index, person] of plain.entries()) {
      const wasDone = replies[keyed.length + index]!.status === 200;
      const changes = await changesOf(person);
      expect(changes).toBeLessThanOrEqual(1);
      if (wasDone) expect(changes).toBe(1);
    }
  },
);

test('refuses appends to our user, then reads: commands and health say so at once', async () => {
  const person = await api.register();
  way.deny(/Append$/);
  // A process that has appended already does so by a call that was allowed.
  const app = await createApi(api.config, pino({ level: 'silent' }));
  const renameThere = () => callOn(app, 'PATCH', '/users/me', { token: person.token, body: { name: 'Bea' } });
  const began = performance.now();
  const delayed = measureDelay();
  const denied = await renameThere();
  expect(denied).toMatchObject({ status: 503, body: { code: 'event_store.access_denied' } });
  expect(denied.headers['retry-after']).toBe('1');
  expect(performance.now() - began - delayed()).toBeLessThan(15_000);
  const ready = () => callOn(app, 'GET', '//health/ready');
  expect(await ready()).toMatchObject({
    status: 503,
    body: { checks: { eventStore: { status: 'up' }, writes: { status: 'down', reason: 'access denied' } } },
  });
  way.deny(/Streams/);
  await until(async () => (await ready()).body.checks.eventStore.reason === 'access denied');
  way.mend();
  await until(async () => (await renameThere()).status === 200);
  await until(async () => (await ready()).status === 200);
  expect(await changesOf(person)).toBe(1);
  await app.close();
});
