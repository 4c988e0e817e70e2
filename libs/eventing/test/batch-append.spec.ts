import { EventEmitter } from 'node:events';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { Status } from '@eventstore/db-client/generated/status_pb';
import { type BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { newUuid } from '@yoyaku/kernel';
import { startServers, type TcpProxy, type TestServers, tcpProxy, until } from '@yoyaku/testing';
import { AppendCall, type AppendRequest, batchAppend } from '../src/store/eventstoredb/batch-append';
import { connect } from '../src/store/eventstoredb/connection';

/** Two clients of one process, each with a connection of its own. */
let servers: TestServers;
let proxies: [TcpProxy, TcpProxy];
let clients: [EventStoreDBClient, EventStoreDBClient];

beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.stop());
beforeEach(async () => {
  proxies = [await tcpProxy(servers.eventStoreUrl), await tcpProxy(servers.eventStoreUrl)];
  clients = [connect(proxies[0].url), connect(proxies[1].url)];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  for (const proxy of proxies) await proxy.close();
});

const request = (more: Partial<AppendRequest> = {}): AppendRequest => ({
  name: servers.inStore(`account-${newUuid()}`),
  expected: 'no_stream',
  events: [{ id: newUuid(), type: 'Test', data: { text: '予約' }, metadata: { by: 'spec' } }],
  deadlineMs: 60_000,
  ...more,
});

const read = async (name: string) => (await Array.fromAsync(clients[1].readStream(name))).map(({ event }) => event);

test('what one client awaits is not lost when another of the process loses its connection', async () => {
  await Promise.all(clients.map((client) => batchAppend(client, request())));
  proxies[1].silence('toClient');
  const kept = request();
  const [lost, answered] = [batchAppend(clients[0], request()), batchAppend(clients[1], kept)];
  const failed = lost.then(
    () => 'done',
    ({ type }) => type,
  );
  proxies[0].cut();
  expect(['unavailable', 'done']).toContain(await failed);
  proxies[1].mend();
  expect(await answered).toMatchObject({ revision: 0n });
  expect(await read(kept.name)).toHaveLength(1);
});

test('a client that lost its connection appends over a new one', async () => {
  await batchAppend(clients[0], request());
  proxies[0].cut();
  await until(() =>
    batchAppend(clients[0], request()).then(
      () => true,
      () => false,
    ),
  );
});

test('is stored as it was given, with where it stands; many at once are each answered their own', async () => {
  const many = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const one = request();
      return { one, position: (await batchAppend(clients[0], one)).position };
    }),
  );
  expect(new Set(many.map(({ position }) => position)).size).toBe(200);
  const { one, position } = many[77] as (typeof many)[number];
  const [event] = await read(one.name);
  expect(event).toMatchObject({ ...one.events[0], revision: 0n, isJson: true, position: { commit: position } });
});

test('too many bytes for one message are sent in several, and appended together or not at all', async () => {
  const events = Array.from({ length: 5 }, (_, n) => ({
    id: newUuid(),
    type: 'Test',
    data: { n, text: 'x'.repeat(900_000) },
  }));
  const large = request({ events });
  const outcome = await batchAppend(clients[0], large).then(
    () => 'appended',
    ({ type }) => type,
  );
  expect(outcome).toBe('maximum-append-size-exceeded');
  await expect(read(large.name)).rejects.toThrow('not found');
  expect(await batchAppend(clients[0], request())).toMatchObject({ revision: 0n });
});

test('another revision than is expected is refused by name', async () => {
  const first = request();
  await batchAppend(clients[0], first);
  await expect(batchAppend(clients[0], request({ name: first.name }))).rejects.toMatchObject({
    type: 'wrong-expected-version',
  });
});

test('an answer that tells nothing fails its append, and no other', async () => {
  const sent: BatchAppendReq[] = [];
  const stream = Object.assign(new EventEmitter(), { write: (message: BatchAppendReq) => sent.push(message) });
  const call = new AppendCall(stream as never, () => {});
  const answering = Promise.allSettled([call.append(request()), call.append(request()), call.append(request())]);
  const status = new Status().setMessage('a proxy says so');
  const success = new BatchAppendResp.Success().setCurrentRevision('0');
  const answers = [
    new BatchAppendResp().setError(status),
    new BatchAppendResp(),
    new BatchAppendResp().setSuccess(success),
  ];
  for (const [i, answer] of answers.entries())
    stream.emit('data', answer.setCorrelationId(sent[i]?.getCorrelationId()));
  stream.emit('data', new BatchAppendResp().setCorrelationId(sent[0]?.getCorrelationId()));
  const unknown = { status: 'rejected', reason: { type: 'unknown' } };
  expect(await answering).toMatchObject([unknown, unknown, { status: 'fulfilled', value: { revision: 0n } }]);
});
