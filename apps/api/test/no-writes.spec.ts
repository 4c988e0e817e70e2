import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { type GrpcProxy, grpcProxy, startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { createApi } from '../src/create-api';
import { callOn, PASSWORD } from './api-under-test';

/** A real event store, of which the appends are lost on the way while all else is answered. */
let servers: TestServers;
let way: GrpcProxy;
let app: NestFastifyApplication;
let direct: EventStoreDb;

beforeAll(async () => {
  servers = await startServers();
  way = await grpcProxy(servers.eventStoreUrl);
  direct = new EventStoreDb(servers.eventStoreUrl);
  const { databaseUrl: DATABASE_URL } = servers;
  const config = readConfig({
    NODE_ENV: 'test',
    ...testSecrets,
    DATABASE_URL,
    EVENTSTORE_URL: way.url,
    RATE_LIMIT: 'off',
  });
  app = await createApi(config, pino({ level: 'silent' }));
}, 30_000);
afterAll(async () => {
  await app.close();
  await direct.close();
  await way.close();
  await servers.stop();
});

const register = async () => {
  const body = { name: 'Ann', email: `${newUuid()}@example.com`, password: PASSWORD };
  const reply = await callOn(app, 'POST', '/auth/register', { body });
  return { id: reply.body.user.id as string, token: reply.body.accessToken as string };
};
type Person = Awaited<ReturnType<typeof register>>;

const rename = async ({ token }: Person, key?: string) => {
  const began = performance.now();
  const headers: Record<string, string> = key ? { 'idempotency-key': key } : {};
  const reply = await callOn(app, 'PATCH', '/users/me', { token, body: { name: 'Bea' }, headers });
  return { ...reply, seconds: (performance.now() - began) / 1000 };
};
const health = async () => (await callOn(app, 'GET', '//health/ready')).body;
const changesOf = async ({ id }: Person) => {
  const events = await Array.fromAsync(direct.readStream(`user-${id}`));
  return events.filter(({ type }) => type === 'UserProfileChanged').length;
};

test.each(['requests', 'answers'] as const)(
  'reads but does not write, %s are lost: all are told so in time; after it nothing is lost and nothing is there twice',
  async (what) => {
    const people = await Promise.all(Array.from({ length: 8 }, register));
    const [keyed, plain] = [people.slice(0, 4), people.slice(4)];
    const keys = new Map(keyed.map((person) => [person, newUuid()]));
    way.swallow(/Append$/, what);

    const replies = await Promise.all(people.map((person) => rename(person, keys.get(person))));
    for (const { status, headers, seconds } of replies) {
      expect(seconds).toBeLessThan(3);
      // A change whose answer alone was lost is found by reading, which goes on.
      if (what === 'answers' && status === 200) continue;
      expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    }
    await until(async () => (await health()).missing.includes('writes'));
    expect(await health()).toMatchObject({ status: 'unavailable', checks: { eventStore: { status: 'up' } } });
    const next = await rename(plain[0]!);
    expect(next.status).toBe(503);
    expect(next.seconds).toBeLessThan(0.5);

    way.mend();
    const mendedAt = performance.now();
    for (const person of keyed) await until(async () => (await rename(person, keys.get(person))).status === 200);
    expect(performance.now() - mendedAt).toBeLessThan(3_000);
    await until(async () => !(await health()).missing.includes('writes'));
    for (const person of keyed) expect(await changesOf(person)).toBe(1);
    for (const [index, person] of plain.entries()) {
      const wasDone = replies[keyed.length + index]!.status === 200;
      const changes = await changesOf(person);
      expect(changes).toBeLessThanOrEqual(1);
      if (wasDone) expect(changes).toBe(1);
    }
  },
);
