import { EventStoreDBClient } from '@eventstore/db-client';
import { projections } from '@yoyaku/composition';
import { EventCodec, EventStoreDb } from '@yoyaku/eventing';
import { instant, plusMs } from '@yoyaku/kernel';
import { Auditor } from '@yoyaku/platform';
import { ProjectionAdmin, ProjectionVerifier } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { Environment } from '../../cli/src/environment';
import { answerOf } from '../../cli/test/yoyaku';
import { type EventNode, startEventNode } from '../../event-node/src/event-node';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest } from './api-under-test';

/** Two installations that have nothing in common but the event store, and in it only the server. */
interface Installation {
  readonly api: ApiUnderTest;
  readonly prefix: string;
  readonly admin: Person;
  readonly salon: ABusiness;
}

let node: EventNode;
let tokyo: Installation;
let osaka: Installation;

async function installed(prefix: string): Promise<Installation> {
  const api = await ApiUnderTest.start({ ESDB_URL: node.url, ESDB_PREFIX: prefix });
  const admin = await somebody(api, 'admin');
  return { api, prefix, admin, salon: await aBusiness(api, admin) };
}

beforeAll(async () => {
  node = await startEventNode({ inMemory: true, port: 0 });
  tokyo = await installed('tokyo');
  osaka = await installed('tokyo_2');
});
afterAll(async () => {
  await tokyo.api.stop();
  await osaka.api.stop();
  await node.close();
});

/** Books at that time, and gives the booking as it is then shown. */
async function book({ api, salon }: Installation, hours: number) {
  const { token } = salon.people.owner;
  const { business: businessId, service: serviceId, customer: customerId } = salon.things;
  const body = { businessId, serviceId, customerId, start: plusMs(instant(salon.start), hours * 3_600_000) };
  const booked = await api.call('POST', '/bookings', { token, body });
  expect(booked.status).toBe(201);
  const headers = { 'x-min-position': booked.headers['x-event-position'] as string };
  const shown = await api.call('GET', `/bookings/${booked.body.id}`, { token, headers });
  expect(shown.status).toBe(200);
  return shown.body;
}

/** All lines of the replay of history. */
async function replayed({ api, admin }: Installation): Promise<{ id: string; stream: string; tenantId: string }[]> {
  const { text } = await api.call('GET', '/audit/events', { token: admin.token });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** What it holds, as its own readers tell it: history, its proof, the audit log, its read models against a fresh fold. */
async function held(installation: Installation) {
  const { api, admin } = installation;
  const { ok, brokenAt, events, streams } = await api.app.get(Auditor).verify();
  const eventStore = api.app.get(EventStoreDb);
  const pool = api.app.get(Pool);
  const { databaseUrl, partitions } = api.config;
  const codec = api.app.get(EventCodec);
  const verifier = new ProjectionVerifier({ projections, partitions, databaseUrl, pool, eventStore, codec });
  const verified = await verifier.verify(projections.map(({ name }) => name));
  const headers = { 'x-min-position': `${await eventStore.head()}` };
  const log = await api.call('GET', '/audit?limit=1', { token: admin.token, headers });
  expect(log.status).toBe(200);
  return {
    proof: { ok, brokenAt, events, streams },
    different: verified.filter(({ equal }) => !equal).map(({ name }) => name),
    rows: verified.map(({ name, tables }) => [name, tables.map(({ rows }) => rows)]),
    history: await replayed(installation),
  };
}

function environmentWith(variables: Readonly<Record<string, string | undefined>>): Environment {
  const env = { ...process.env };
  try {
    Object.assign(process.env, variables);
    return new Environment();
  } finally {
    process.env = env;
  }
}

/** What the operator of the one is told of streams that are not its own. */
async function foreignTo({ api, prefix }: Installation): Promise<{ stream: string; flaw?: string }[]> {
  const { DATABASE_URL } = api.servers.environment;
  const environment = environmentWith({ DATABASE_URL, ESDB_URL: node.url, ESDB_PREFIX: prefix });
  const foreign = await answerOf<{ stream: string; flaw?: string }[]>(environment, 'streams', 'foreign');
  await environment.close();
  return foreign;
}

const both = () =>
  [
    [tokyo, osaka],
    [osaka, tokyo],
  ] as const;

it('both book the same hour, and every reader of the one sees its own events alone', async () => {
  const [there, here] = [await book(tokyo, 2), await book(osaka, 2)];
  expect(there.start).toBe(here.start);
  for (const [one, other] of both()) {
    const { proof, different, history } = await held(one);
    expect(proof).toMatchObject({ ok: true, brokenAt: null, events: history.length });
    expect(different).toEqual([]);
    const tenants = new Set(history.map(({ tenantId }) => tenantId));
    expect(tenants).toEqual(new Set(['platform', one.salon.things.business]));
    const others = await replayed(other);
    const ids = new Set(others.map(({ id }) => id));
    expect(history.filter(({ id }) => ids.has(id))).toEqual([]);
    // The other's streams are somebody else's, by their whole names; none passes for a broken one of ours.
    const foreign = await foreignTo(one);
    expect(foreign).toHaveLength(new Set(others.map(({ stream }) => stream)).size);
    expect(foreign.filter(({ stream, flaw }) => !stream.startsWith(`${other.prefix}.`) || flaw)).toEqual([]);
  }
});

it('what is rebuilt and erased at the one leaves the other as it was', async () => {
  const before = await held(osaka);
  const admin = tokyo.api.app.get(ProjectionAdmin);
  await admin.rebuild(['bookings', 'audit-log'], 'ops');
  for (const name of ['bookings', 'audit-log']) {
    await until(async () => (await admin.rebuildOf(name)).state !== 'running');
    expect((await admin.rebuildOf(name)).state).toBe('done');
  }
  const { customer } = tokyo.salon.things;
  const erased = await tokyo.api.call('POST', `/customers/${customer}/erase`, {
    token: tokyo.salon.people.owner.token,
  });
  expect(erased.status).toBe(200);
  expect((await held(tokyo)).different).toEqual([]);
  expect(await held(osaka)).toEqual(before);
  const { token } = osaka.salon.people.owner;
  const known = await osaka.api.call('GET', `/customers/${osaka.salon.things.customer}`, { token });
  expect(known.body.name).toBe('Hanako');
});

it('a thing of the one is none at the other, and what somebody does to the one’s streams harms it alone', async () => {
  const stream = `booking-${tokyo.salon.things.booking}`;
  const store = osaka.api.app.get(EventStoreDb);
  expect(await Array.fromAsync(store.readStream(stream))).toEqual([]);
  const client = EventStoreDBClient.connectionString(node.url);
  await client.tombstoneStream(`${tokyo.prefix}.${stream}`);
  await client.dispose();
  expect((await tokyo.api.app.get(Auditor).verify()).ok).toBe(false);
  expect((await osaka.api.app.get(Auditor).verify()).ok).toBe(true);
});
