import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { EventStoreDb, type StoredEvent } from '@yoyaku/eventing';
import { instant, newUuid, plusMs } from '@yoyaku/kernel';
import { Auditor } from '@yoyaku/platform';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { putOthers, until } from '@yoyaku/testing';
import { type EventNode, startEventNode } from '../../event-node/src/event-node';
import { type ABusiness, aBusiness, type Person, somebody } from './a-business';
import { ApiUnderTest, type Reply } from './api-under-test';

/** A new installation in a store that others have used long before, and go on using. */
let node: EventNode;
let client: EventStoreDBClient;
let api: ApiUnderTest;
let auditor: Person;
let salon: ABusiness;

const others = (count: number) => putOthers(node.url, count, 'booking');

beforeAll(async () => {
  node = await startEventNode({ inMemory: true, port: 0 });
  client = EventStoreDBClient.connectionString(node.url);
  await others(400);
  api = await ApiUnderTest.start({ ESDB_URL: node.url, ESDB_PREFIX: '' });
  auditor = await somebody(api, 'auditor');
  salon = await aBusiness(api, await somebody(api, 'admin'));
  await others(300);
});
afterAll(async () => {
  await api.stop();
  await client.dispose();
  await node.close();
});

const asOwner = (path: string, body?: object, headers = {}): Promise<Reply> =>
  api.call(body ? 'POST' : 'GET', path, { token: salon.people.owner.token, body, headers });
const wish = (hours: number) => ({
  businessId: salon.things.business,
  serviceId: salon.things.service,
  customerId: salon.things.customer,
  start: plusMs(instant(salon.start), hours * 3_600_000),
});

describe('among a thousand events of others', () => {
  it('bookings are made, seen at once, and refused where they must be', async () => {
    const booked = await asOwner('/bookings', wish(2));
    expect(booked.status).toBe(201);
    await others(300);
    const seen = { 'x-min-position': booked.headers['x-event-position'] };
    expect((await asOwner(`/bookings/${booked.body.id}`, undefined, seen)).status).toBe(200);
    expect((await asOwner('/bookings', { ...wish(2), another: true })).body.code).toBe('booking.slot_taken');
    expect(await api.metrics()).toMatch(/^yoyaku_events_of_others_total [1-9]\d*$/m);
  });

  it('a read model is rebuilt, and history is whole and replayed, with ours alone', async () => {
    const admin = api.app.get(ProjectionAdmin);
    await admin.rebuild(['bookings'], 'ops');
    await until(async () => (await admin.rebuildOf('bookings')).state !== 'running');
    expect((await admin.rebuildOf('bookings')).state).toBe('done');
    const audit = await api.app.get(Auditor).verify();
    expect(audit).toMatchObject({ ok: true, brokenAt: null });
    const { text } = await api.call('GET', '/audit/events', { token: auditor.token });
    const streams = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).stream);
    expect(streams).toHaveLength(audit.events);
    expect(new Set(streams.filter((stream) => stream.startsWith('booking-'))).size).toBe(2);
  });
});

describe('what is not as we appended it', () => {
  it('is answered as damaged, and not to be tried again', async () => {
    const { body } = await asOwner('/bookings', wish(6));
    await client.appendToStream(`booking-${body.id}`, jsonEvent({ type: 'Test', data: {} }));
    const cancelled = await api.call('DELETE', `/bookings/${body.id}`, { token: salon.people.owner.token });
    expect(cancelled).toMatchObject({ status: 500, body: { code: 'history.damaged', type: expect.any(String) } });
    expect(cancelled.headers).not.toHaveProperty('retry-after');
  });

  it('is shown to auditors as it is stored, where it says that it is ours', async () => {
    const from = await api.app.get(EventStoreDb).head();
    const metadata = { tenantId: salon.things.business as string, commandId: newUuid(), prevHash: null };
    await client.appendToStream(`booking-${newUuid()}`, jsonEvent({ type: 'BookingRequested', data: {}, metadata }));
    const admin = await somebody(api, 'admin');
    for (const decrypt of [false, true]) {
      const { status, text } = await api.call('GET', `/audit/events?from=${from}&decrypt=${decrypt}`, admin);
      expect(status).toBe(200);
      expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({
        type: 'BookingRequested',
        tenantId: salon.things.business,
      });
    }
  });
});

/** The first line of an answer that goes on; then it is left. */
async function firstLineOf({ body }: Response): Promise<Record<string, unknown>> {
  let received = '';
  for await (const chunk of body ?? []) {
    received += Buffer.from(chunk);
    if (received.includes('\n')) break;
  }
  return JSON.parse(received.split('\n')[0] ?? '');
}

it('a replay by category gives nothing of the store’s own, also when it is opened or followed', async () => {
  const store = api.app.get(EventStoreDb);
  const { token } = await somebody(api, 'admin');
  await store.writeSnapshot(`calendar-${salon.things.resource}`, { state: 'secret' });
  const replay = '/audit/events?category=snapshot';
  expect(await api.call('GET', `${replay}&decrypt=true`, { token })).toMatchObject({ status: 200, text: '' });

  // An event of ours under such a name: once it has come, all that stands before it would have come as well.
  const [event] = await Array.fromAsync(store.readStream(`booking-${salon.things.booking}`));
  const { metadata } = event as StoredEvent;
  const ours = { ...(event as StoredEvent), id: newUuid() };
  await store.append(`snapshot-${newUuid()}`, 'no_stream', [ours]);
  await api.app.listen(0, '127.0.0.1');
  for (const only of ['', `&actorId=${metadata.actor.id}`]) {
    const url = `${await api.app.getUrl()}/api/v1${replay}&follow=true${only}`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(await firstLineOf(answer)).toMatchObject({ id: ours.id });
  }
});
