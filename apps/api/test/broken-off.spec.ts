import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { EventStoreDb, EventStoreUnavailable, type StoredEvent } from '@yoyaku/eventing';
import { until } from '@yoyaku/testing';
import { pino } from 'pino';
import { createApi } from '../src/create-api';
import { ApiUnderTest, type SignedInUser } from './api-under-test';

/** Requests that do not come whole, and answers that do not go out whole. */
const lines: string[] = [];
const log = new Writable({
  write: (chunk, _, done) => {
    lines.push(String(chunk));
    done();
  },
});
const told = () => lines.map((line): Record<string, unknown> => JSON.parse(line));

let api: ApiUnderTest;
let admin: SignedInUser;
let port: number;

beforeAll(async () => {
  api = await ApiUnderTest.start({}, 1, pino({ level: 'debug' }, log));
  admin = await api.admin();
  await api.app.listen(0, '127.0.0.1');
  port = portOf(await api.app.getUrl());
});
afterAll(() => api.stop());

const portOf = (url: string): number => Number(new URL(url).port);

/** A connection on which a request stands whose body has only begun. */
function halfABody(at: number, correlationId = 'half'): Socket {
  const socket = connect(at, '127.0.0.1');
  const head = [
    'POST /api/v1/auth/login HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    'Content-Length: 100',
    `X-Correlation-Id: ${correlationId}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"email":`);
  return socket;
}

describe('a body that never comes', () => {
  it('is waited for so long, and then told so', async () => {
    const server = api.app.getHttpServer();
    const { requestTimeout } = server;
    expect(requestTimeout).toBe(30_000);
    Object.assign(server, { requestTimeout: 200, headersTimeout: 200 });
    try {
      const answer = await text(halfABody(port));
      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toContain('"code":"request.timed_out"');
    } finally {
      Object.assign(server, { requestTimeout });
    }
  });

  it('does not keep the process from stopping', async () => {
    const stopping = await createApi(api.config, pino({ level: 'silent' }));
    await stopping.listen(0, '127.0.0.1');
    const at = portOf(await stopping.getUrl());
    const arrived = once(stopping.getHttpServer(), 'request');
    const [half, silent] = [halfABody(at), connect(at, '127.0.0.1')];
    silent.write('GET / HTTP/1.1\r\n');
    await arrived;
    const began = performance.now();
    // What it still had to read, when it was ended, makes its end a reset.
    const silence = text(silent).catch(() => '');
    const [answer] = await Promise.all([text(half), silence, stopping.close()]);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    // Sooner than the request would have to arrive, however busy the machine is.
    expect(performance.now() - began).toBeLessThan(api.app.getHttpServer().requestTimeout / 2);
  });

  it('because its client left, is no fault of PostgreSQL’s', async () => {
    const arrived = once(api.app.getHttpServer(), 'request');
    const socket = halfABody(port, 'left');
    await arrived;
    socket.resetAndDestroy();
    await until(() => told().some(({ correlationId, code }) => correlationId === 'left' && code !== undefined));
    expect(told().filter(({ correlationId, msg }) => correlationId === 'left' && msg !== 'answered')).toMatchObject([
      { level: 30, code: 'request.cut_off', msg: 'request refused' },
    ]);
  });
});

it('a body longer than it says is a problem', async () => {
  const socket = connect(port, '127.0.0.1');
  const body = '{"email":"ann@example.com","password":"x"}';
  const head = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9';
  socket.write(`${head}\r\n\r\n${body}`);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
  const injected = await api.app.inject({
    method: 'POST',
    url: '/api/v1/auth/login',
    headers: { 'content-type': 'application/json', 'content-length': '9' },
    payload: body,
  });
  expect(injected).toMatchObject({ statusCode: 400 });
  expect(injected.headers['content-type']).toBe('application/problem+json; charset=utf-8');
});

describe('an answer', () => {
  const replay = (correlationId: string, query = '') =>
    fetch(`http://127.0.0.1:${port}/api/v1/audit/events${query}`, {
      headers: { authorization: `Bearer ${admin.token}`, 'x-correlation-id': correlationId },
    });
  const outcomeOf = async (correlationId: string) => {
    const answered = () => told().find((line) => line.correlationId === correlationId && line.msg === 'answered');
    await until(() => answered() !== undefined);
    return answered()?.outcome;
  };

  it('that breaks after its headers is told to the client, the log and Prometheus', async () => {
    const store = api.app.get(EventStoreDb);
    const [event] = await Array.fromAsync(store.readAll({ limit: 1 }));
    const broken = jest.spyOn(store, 'readAll').mockImplementation(async function* () {
      yield event as StoredEvent;
      await once(sent, 'sent');
      throw new EventStoreUnavailable(new Error('away'));
    } as EventStoreDb['readAll']);
    const sent = new EventTarget();
    const reply = await replay('broken');
    expect(reply.status).toBe(200);
    sent.dispatchEvent(new Event('sent'));
    await expect(reply.text()).rejects.toThrow();
    broken.mockRestore();
    expect(await outcomeOf('broken')).toBe('event_store.unavailable');
    expect(told().filter(({ correlationId, msg }) => correlationId === 'broken' && msg !== 'answered')).toMatchObject([
      { level: 50, msg: 'answer broke off', code: 'event_store.unavailable', actor: admin.id },
    ]);
    expect(await api.metrics()).toMatch(/route="\/api\/v1\/audit\/events",outcome="event_store\.unavailable"/);
  });

  it('whose client leaves is told, as no fault', async () => {
    const reply = await replay('gone', '?follow=true');
    await reply.body?.cancel();
    expect(await outcomeOf('gone')).toBe('cut_off');
    expect(told().filter(({ correlationId, level }) => correlationId === 'gone' && Number(level) > 30)).toEqual([]);
  });
});
