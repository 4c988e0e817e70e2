import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readConfig } from '@yoyaku/composition';
import { Commands, systemContext } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { testSecrets } from '@yoyaku/testing';
import { pino } from 'pino';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { createApi } from '../src/create-api';
import { somebody, tokenOf } from './a-business';
import { ApiUnderTest, callOn, PASSWORD, type SignedInUser } from './api-under-test';

/** What the api says before any route: to browsers, to proxies, and to what is hardly HTTP. */
let api: ApiUnderTest;
let ann: SignedInUser;
let port: number;

const ORIGIN = 'https://app.example.com';

beforeAll(async () => {
  api = await ApiUnderTest.start({ CORS_ORIGINS: ORIGIN });
  ann = await api.register('Ann');
  await api.app.listen(0, '127.0.0.1');
  port = Number(new URL(await api.app.getUrl()).port);
});
afterAll(() => api.stop());

describe('a browser of another origin', () => {
  const fetchFrom = (origin: string, method: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/api/v1/users/me`, { method, headers: { origin, ...headers } });
  const preflight = (origin: string, method: string, headers: string) =>
    fetchFrom(origin, 'OPTIONS', {
      'access-control-request-method': method,
      'access-control-request-headers': headers,
    });
  const listOf = (header: string | null) => (header ?? '').toLowerCase().split(/,\s*/);

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('may %s, with every header of ours', async (method) => {
    const ours = [
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'prefer',
      'x-business-id',
      'x-correlation-id',
      'x-min-position',
    ];
    const { status, headers } = await preflight(ORIGIN, method, ours.join(','));
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(listOf(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
    expect(listOf(headers.get('access-control-allow-headers'))).toEqual(expect.arrayContaining(ours));
  });

  it('may read what we tell in headers', async () => {
    const { headers } = await fetchFrom(ORIGIN, 'GET');
    expect(listOf(headers.get('access-control-expose-headers'))).toEqual(
      expect.arrayContaining(['etag', 'location', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-event-position']),
    );
  });

  it('may nothing where the origin is not ours', async () => {
    const { headers } = await preflight('https://evil.example.com', 'PATCH', 'authorization');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('behind a proxy', () => {
  let trusting: NestFastifyApplication;
  const silent = pino({ level: 'silent' });

  beforeAll(async () => {
    trusting = await createApi({ ...api.config, trustedProxies: 1 }, silent);
  });
  afterAll(() => trusting.close());

  /** From where somebody has signed in, in the eyes of the api. */
  async function addressOf(app: NestFastifyApplication, forwardedFor: string): Promise<string> {
    const headers = { 'x-forwarded-for': forwardedFor };
    const body = { email: ann.email, password: PASSWORD };
    const { body: signedIn } = await callOn(app, 'POST', '/auth/login', { body, headers });
    const { body: sessions } = await callOn(app, 'GET', '/auth/sessions', { token: signedIn.accessToken });
    return sessions.items.find(({ current }: { current: boolean }) => current).ip;
  }

  it('the client is whom the proxy names last, not whom the client names', async () =>
    expect(await addressOf(trusting, '203.0.113.1, 198.51.100.7')).toBe('198.51.100.7'));

  it('is named by a number, or by addresses that are some', () => {
    const trusted = (TRUST_PROXY: string) =>
      readConfig({ NODE_ENV: 'test', ...testSecrets, TRUST_PROXY }).trustedProxies;
    expect(trusted('2')).toBe(2);
    expect(trusted('10.0.0.0/8, uniquelocal')).toEqual(['10.0.0.0/8', 'uniquelocal']);
    expect(() => trusted('true')).toThrow('TRUST_PROXY');
  });

  it('nobody is believed where no proxy is trusted', async () =>
    expect(await addressOf(api.app, '203.0.113.1')).toBe('127.0.0.1'));
});

describe('an answer that goes on ends', () => {
  const follow = (path: string, token: string) =>
    fetch(`http://127.0.0.1:${port}/api/v1/audit/${path}`, { headers: { authorization: `Bearer ${token}` } });
  const grant = (userId: string, role: 'auditor' | 'user') =>
    api.app.get(Commands).execute(User, userId, { type: 'GrantRole', data: { role } }, systemContext('spec'));
  const FOLLOWED = 'events?follow=true&type=NothingOfTheKind';

  it('with the token', async () => {
    const { id } = await somebody(api, 'auditor');
    const { body: verification } = await api.call('POST', '/audit/verifications', {
      token: tokenOf(api, id),
      body: {},
    });
    const began = performance.now();
    const paths = [FOLLOWED, `verifications/${verification.id}/progress`];
    const replies = await Promise.all(paths.map((path) => follow(path, tokenOf(api, id, 5))));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    await Promise.all(replies.map((reply) => reply.text()));
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });

  it('with the session', async () => {
    const eve = await api.register('Eve');
    await grant(eve.id, 'auditor');
    const reply = await follow(FOLLOWED, eve.token);
    expect(reply.status).toBe(200);
    await api.call('POST', '/auth/logout', { token: eve.token });
    await reply.text();
  });

  it('with the right to it', async () => {
    const { id, token } = await somebody(api, 'auditor');
    const reply = await follow(FOLLOWED, token);
    expect(reply.status).toBe(200);
    await grant(id, 'user');
    await reply.text();
  });
});

/** What comes back for bytes that no HTTP client would send. */
async function answerTo(request: string): Promise<{ status: number; type: string | undefined; code: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request.replaceAll('\n', '\r\n'));
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const [, status] = /^HTTP\/1\.1 (\d+)/.exec(head) ?? [];
  const [, type] = /^content-type: (.*)$/im.exec(head) ?? [];
  return { status: Number(status), type, code: /"code":"([^"]+)"/.exec(body)?.[1] ?? body };
}

describe('what is hardly HTTP is a problem too', () => {
  const close = 'Connection: close';

  it.each([
    ['no HTTP at all', 'hello\n\n', 400, 'request.malformed'],
    ['a header without a name', `GET /health HTTP/1.1\nHost: x\n: y\n${close}\n\n`, 400, 'request.malformed'],
    ['a length that is none', `POST / HTTP/1.1\nHost: x\nContent-Length: many\n\n`, 400, 'request.malformed'],
    ['two lengths', `POST / HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\n{}`, 400, 'request.malformed'],
    [
      'huge headers',
      `GET /health HTTP/1.1\nHost: x\nX-Huge: ${'x'.repeat(20_000)}\n\n`,
      431,
      'request.headers_too_large',
    ],
    ['no host', `GET /health HTTP/1.1\n${close}\n\n`, 400, 'request.malformed'],
    [
      'an expectation',
      `GET /health HTTP/1.1\nHost: x\nExpect: miracles\n${close}\n\n`,
      417,
      'request.unknown_expectation',
    ],
    [
      'a method of others',
      `PROPFIND /api/v1/users/me HTTP/1.1\nHost: x\n${close}\n\n`,
      405,
      'request.method_not_allowed',
    ],
    ['a bare OPTIONS', `OPTIONS /api/v1/users/me HTTP/1.1\nHost: x\n${close}\n\n`, 405, 'request.method_not_allowed'],
    ['OPTIONS of everything', `OPTIONS * HTTP/1.1\nHost: x\n${close}\n\n`, 404, 'request.no_such_route'],
  ])('%s', async (_, request, status, code) =>
    expect(await answerTo(request)).toEqual({ status, type: 'application/problem+json; charset=utf-8', code }),
  );
});

describe('a body', () => {
  const patch = (raw: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}/api/v1/users/me`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json', ...headers },
      body: raw as string,
    }).then(async (reply) => ({ status: reply.status, body: (await reply.json()) as Record<string, unknown> }));
  const named = (name: string) => JSON.stringify({ name });

  it.each([
    ['compressed', named('A'), { 'content-encoding': 'gzip' }, 415, 'request.unsupported_encoding'],
    [
      'in Latin-1',
      named('A'),
      { 'content-type': 'application/json; charset=iso-8859-1' },
      415,
      'request.unsupported_charset',
    ],
    ['that says UTF-8 and is not', Buffer.from('{"name":"\xe9"}', 'latin1'), {}, 400, 'request.malformed'],
  ])('%s is refused', async (_, raw, headers, status, code) =>
    expect(await patch(raw, headers)).toMatchObject({ status, body: { code } }),
  );

  it('says by itself that it is what it must be', async () => {
    const type = { 'content-type': 'application/json; charset="UTF-8"', 'content-encoding': 'identity' };
    expect(await patch(named('Ann Ö'), type)).toMatchObject({ status: 200, body: { name: 'Ann Ö' } });
  });

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty'])('has no member %s', async (name) => {
    const unknown = { status: 400, body: { code: expect.stringMatching(/^request\.(invalid|malformed)$/) } };
    expect(await patch(`{"name":"Ann","${name}":1}`)).toMatchObject(unknown);
    expect(await api.call('GET', `/businesses?${name}=1`)).toMatchObject(unknown);
  });

  it.each([
    ['a line feed', 'A\nB'],
    ['an escape', 'A\u001b[2J'],
    ['a C1 control', 'A\u0085B'],
    ['a separator of lines', 'A\u2028B'],
    ['a turn of direction', 'A\u202eB'],
  ])('has no name with %s', async (_, name) => {
    const invalid = { status: 400, body: { errors: [{ path: 'name', code: 'bad_format' }] } };
    expect(await patch(named(name))).toMatchObject(invalid);
  });
});

it('keeps the lines of a text of several lines, and nothing else that controls', async () => {
  const found = (description: string) => {
    const body = { name: 'Salon', slug: `salon-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY', description };
    return api.call('POST', '/owner/businesses', { token: ann.token, body });
  };
  expect((await found('One\r\nTwo\n\tThree')).body.description).toBe('One\nTwo\n\tThree');
  expect(await found('One\u0007')).toMatchObject({ status: 400, body: { errors: [{ code: 'bad_format' }] } });
});
