import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { JwtService } from '@nestjs/jwt';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { messageFor } from '@yoyaku/composition';
import { Commands, EventStoreDb, systemContext } from '@yoyaku/eventing';
import { User } from '@yoyaku/identity';
import { DAY, deriveUuid, epochMs, fromEpochMs, HOUR, type Instant, newUuid } from '@yoyaku/kernel';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { StreamCache } from '../../../libs/eventing/src/aggregates/stream-cache';
import { createApi } from '../src/create-api';
import { everyRoute } from '../src/http/conventions/access/every-route';
import { type Claim, Idempotency } from '../src/http/conventions/commands/idempotency';
import { hashesOf } from '../src/http/conventions/commands/request-hashes';
import { Metrics } from '../src/server/metrics';
import { aBusiness, employed, type Person, somebody } from './a-business';
import { ApiUnderTest, callOn, METRICS_TOKEN, type Method, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let ann: SignedInUser;
let pool: Pool;

beforeAll(async () => {
  api = await ApiUnderTest.start({ CORS_ORIGINS: 'https://app.example.com' }, 2);
  ann = await api.register('Ann');
  pool = api.app.get(Pool);
});
afterAll(() => api.stop());

const rename = (name: string, headers: Record<string, string>, app = api.app) =>
  callOn(app, 'PATCH', '/users/me', { token: ann.token, body: { name }, headers });
const key = () => ({ 'idempotency-key': newUuid() });
const other = () => api.apps[1] as NestFastifyApplication;

/** What is answered meanwhile cannot be kept. */
async function withAnswersLost<T>(ask: () => Promise<T>): Promise<T> {
  await pool.query(`
    create function app.lose_answers() returns trigger language plpgsql as
      $$ begin raise exception 'gone' using errcode = '57P01'; end $$;
    create trigger lose_answers before update on app.idempotency
      for each row when (new.status is not null) execute function app.lose_answers()`);
  const answered = await ask();
  await pool.query('drop function app.lose_answers cascade');
  return answered;
}

describe('If-Match', () => {
  it('passes with the tag of one’s own account, whichever process changed it and whichever is asked', async () => {
    for (const name of ['Anna', 'Anne', 'Annie']) {
      const changed = await rename(name, {});
      const seen = await callOn(other(), 'GET', '/users/me', { token: ann.token });
      expect(seen).toMatchObject({ body: { name }, headers: { etag: changed.headers.etag } });
      const again = await rename(`${name} again`, { 'if-match': seen.headers.etag as string }, other());
      expect(again.status).toBe(200);
    }
  });

  it('is told no revision of what is not there yet', async () => {
    const body = { name: 'New', slug: `new-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const headers = { 'if-match': '"99"' };
    const reply = await api.call('POST', '/owner/businesses', { token: ann.token, body, headers });
    expect(reply).toMatchObject({ status: 412, body: { code: 'concurrency.conflict' } });
    expect(reply.body).not.toHaveProperty('currentRevision');
  });
});

describe('Idempotency-Key', () => {
  it('gives a repeat the first answer byte for byte, in whichever process', async () => {
    const headers = key();
    const first = await rename('Once', headers);
    expect(first).toMatchObject({ status: 200, body: { name: 'Once' } });
    await rename('Meanwhile', {});
    for (const app of api.apps) {
      const again = await rename('Once', headers, app);
      expect(again.status).toBe(200);
      expect(again.text).toBe(first.text);
      for (const name of ['etag', 'x-event-position', 'content-type']) {
        expect(again.headers[name]).toBe(first.headers[name]);
      }
    }
    expect((await api.call('GET', '/users/me', { token: ann.token })).body.name).toBe('Meanwhile');
  });

  it('keeps refusals too', async () => {
    const headers = { ...key(), 'if-match': '"0"' };
    const first = await rename('Stale', headers);
    expect(first).toMatchObject({ status: 412, body: { currentRevision: expect.any(Number) } });
    expect((await rename('Stale', headers, other())).text).toBe(first.text);
  });

  it('is bound by no request that could not be read', async () => {
    const headers = key();
    const patch = (body: object, more = {}) =>
      api.call('PATCH', '/users/me', { token: ann.token, body, headers: { ...headers, ...more } });
    expect((await patch({ name: 7 })).status).toBe(400);
    expect((await patch({ name: 'Read' }, { 'if-match': 'latest' })).status).toBe(400);
    expect(await patch({ name: 'Read' })).toMatchObject({ status: 200, body: { name: 'Read' } });
    expect((await patch({ name: 7 })).status).toBe(422);
  });

  it('goes with no number that is too large to be read', async () => {
    const raw = '{"name":"Large","locale":1e999}';
    const refused = await callOn(api.app, 'PATCH', '/users/me', { token: ann.token, raw, headers: key() });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
  });

  it('knows a body by what it says, in whatever order', async () => {
    const headers = key();
    const send = (raw: string, app = api.app) => callOn(app, 'PATCH', '/users/me', { token: ann.token, raw, headers });
    const first = await send('{"name":"Ordered","locale":"ja"}');
    expect(first.status).toBe(200);
    expect((await send('{ "locale": "ja", "name": "Ordered" }', other())).text).toBe(first.text);
    expect((await send('{"name":"Ordered","locale":"en"}')).status).toBe(422);
  });

  it('refuses another body', async () => {
    const headers = key();
    await rename('Body', headers);
    expect(await rename('Another', headers)).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
  });

  it('carries out once what comes many times at once to several processes', async () => {
    const headers = key();
    const before = (await rename('Before', {})).body.revision;
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => rename('At once', headers, api.apps[i % 2] as NestFastifyApplication)),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.every(({ status, body }) => status === 200 && body.revision === before + 1)).toBe(true);
  });

  it('belongs to one user', async () => {
    const headers = key();
    const ben = await api.register('Ben');
    await rename('Mine', headers);
    const his = await api.call('PATCH', '/users/me', { token: ben.token, body: { name: 'Mine' }, headers });
    expect(his.body.id).toBe(ben.id);
  });

  it('waits 5 seconds for a process that is still at it, and takes over from one that died', async () => {
    const alive = newUuid();
    const dead = newUuid();
    const leaseTo = (idempotencyKey: string, lease: string) =>
      pool.query(
        `insert into app.idempotency (command_id, request_hash, holder, leased_until)
         select $1, request_hash, $2, now() + $3::interval from app.idempotency where command_id = $4`,
        [claimOf(idempotencyKey), newUuid(), lease, claimOf(sample['idempotency-key'])],
      );
    const sample = key();
    await rename('Held', sample);
    await leaseTo(alive, '1 hour');
    await leaseTo(dead, '300 milliseconds');
    const [waited, taken] = await Promise.all([
      rename('Held', { 'idempotency-key': alive }),
      rename('Held', { 'idempotency-key': dead }),
    ]);
    expect(waited).toMatchObject({ status: 409, body: { code: 'idempotency.in_progress' } });
    expect(taken.status).toBe(200);
  });

  it('gives no answer that could not be kept', async () => {
    const headers = key();
    const lost = await withAnswersLost(() => rename('Unsaid', headers));
    expect(lost).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
    expect(lost.headers['retry-after']).toBe('1');
    expect(lost.headers.etag).toBeUndefined();

    const first = await rename('Unsaid', headers);
    expect(first).toMatchObject({ status: 200, body: { name: 'Unsaid' } });
    expect((await rename('Unsaid', headers, other())).text).toBe(first.text);
  });

  it('is answered as it was done, although the thing is gone by now', async () => {
    const { people, things } = await aBusiness(api, await somebody(api, 'admin'));
    const { token } = people.owner;
    const headers = key();
    const path = `/customers/${things.customer}`;
    const change = (app = api.app) => callOn(app, 'PUT', path, { token, body: { name: 'Hana' }, headers });
    const seen = { 'x-min-position': String(await api.app.get(EventStoreDb).head()) };
    const { revision } = (await api.call('GET', path, { token, headers: seen })).body;
    expect((await withAnswersLost(change)).status).toBe(503);
    expect((await api.call('DELETE', path, { token })).status).toBe(204);
    const repeated = await change(other());
    expect(repeated).toMatchObject({ status: 200, body: { name: 'Hana', revision: revision + 1 } });
    expect(repeated.headers.etag).toMatch(`"${revision + 1}-`);
    expect((await change()).text).toBe(repeated.text);
  });

  describe('of what is done is answered so', () => {
    type Named = readonly [Method, string, object?];
    const moved = (start: string, hours: number) => ({ start: fromEpochMs(epochMs(start as Instant) + hours * HOUR) });

    it.each<[string, Named | ((start: string) => Named), Named | ((start: string) => Named)]>([
      [
        'an exception, the resource removed',
        (start) => ['POST', '/staff/exceptions', { resourceId: ':resource', date: start.slice(0, 10), kind: 'off' }],
        ['DELETE', '/owner/resources/:resource'],
      ],
      [
        'a resource, removed',
        ['PUT', '/owner/resources/:resource', { name: 'Yuki S.' }],
        ['DELETE', '/owner/resources/:resource'],
      ],
      [
        'a new resource, its place closed',
        ['POST', '/owner/resources', { businessId: ':business', kind: 'room', name: 'R', locationId: ':location' }],
        ['DELETE', '/owner/businesses/:business/locations/:location'],
      ],
      [
        'a service, removed',
        ['PUT', '/owner/services/:service', { name: 'Trim' }],
        ['DELETE', '/owner/services/:service'],
      ],
      [
        'the resources of a service, removed',
        ['PUT', '/owner/services/:service', { requirements: [{ anyOf: [':resource'] }], name: 'Trim' }],
        ['DELETE', '/owner/resources/:resource'],
      ],
      ['a policy, removed', ['PUT', '/policies/:policy', { name: 'Two days' }], ['DELETE', '/policies/:policy']],
      [
        'where a member works, the place closed',
        ['PUT', '/staff/assignments/:member', { locationIds: [':location'] }],
        ['DELETE', '/owner/businesses/:business/locations/:location'],
      ],
      [
        'a move, moved on',
        (start) => ['POST', '/bookings/:booking/reschedule', moved(start, 2)],
        (start) => ['POST', '/bookings/:booking/reschedule', moved(start, 4)],
      ],
    ])('%s meanwhile', async (_, change, later) => {
      const { people, things, start } = await aBusiness(api, await somebody(api, 'admin'));
      const { token } = people.owner;
      const named = (text: string) => text.replace(/:([a-z]+)/g, (whole, thing) => things[thing] ?? whole);
      const ask = (what: Named | ((start: string) => Named), app: NestFastifyApplication, headers = {}) => {
        const [method, path, body] = typeof what === 'function' ? what(start) : what;
        return callOn(app, method, named(path), {
          token,
          body: body && JSON.parse(named(JSON.stringify(body))),
          headers,
        });
      };
      const headers = key();
      expect((await withAnswersLost(() => ask(change, api.app, headers))).status).toBe(503);
      expect((await ask(later, other())).status).toBeLessThan(300);
      const repeated = await ask(change, other(), headers);
      expect([repeated.status < 300, repeated.text]).toEqual([true, expect.any(String)]);
    });
  });

  /** Whoever holds it cannot renew it any more, and the next to ask has it. */
  const loseClaim = (headers: ReturnType<typeof key>) =>
    pool.query('update app.idempotency set holder = $2, leased_until = now() where command_id = $1', [
      claimOf(headers['idempotency-key']),
      newUuid(),
    ]);

  it('gives no other answer than the one that is kept, where a process slept and another took its claim over', async () => {
    const headers = key();
    const execute = Commands.prototype.execute;
    const sleeping = jest.spyOn(Commands.prototype, 'execute').mockImplementationOnce(async function (
      this: Commands,
      ...given
    ) {
      const outcome = await execute.apply(this, given);
      await loseClaim(headers);
      return outcome;
    });
    expect(await rename('Slept', headers)).toMatchObject({ status: 409, body: { code: 'idempotency.in_progress' } });
    sleeping.mockRestore();
    await rename('Meanwhile', {});
    const kept = await rename('Slept', headers, other());
    expect(kept.status).toBe(200);
    expect((await rename('Slept', headers)).text).toBe(kept.text);
  });

  it('is given up by a process that slept before it decided: another answered, and more came after', async () => {
    await rename('Found so', {});
    const headers = key();
    const execute = Commands.prototype.execute;
    const sleeping = jest.spyOn(Commands.prototype, 'execute').mockImplementationOnce(async function (
      this: Commands,
      ...given
    ) {
      const fellAsleepAt = performance.now();
      await loseClaim(headers);
      expect((await rename('Found so', headers, other())).status).toBe(200);
      await rename('Meanwhile', {}, other());
      await until(() => performance.now() - fellAsleepAt > 300);
      return execute.apply(this, given);
    });
    expect(await rename('Found so', headers)).toMatchObject({ status: 409, body: { code: 'idempotency.in_progress' } });
    sleeping.mockRestore();
    expect((await api.call('GET', '/users/me', { token: ann.token })).body.name).toBe('Meanwhile');
    expect((await rename('Found so', headers)).body.name).toBe('Found so');
  });

  it('must be printable', async () =>
    expect(await rename('Odd', { 'idempotency-key': 'with space' })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid_idempotency_key' },
    }));

  it('never keeps tokens', async () => {
    const headers = key();
    const body = { email: ann.email, password: 'correct horse battery' };
    const replies = [
      await api.call('POST', '/auth/login', { body, headers }),
      await api.call('POST', '/auth/login', { body, headers }),
    ];
    expect(replies[0]?.text).not.toBe(replies[1]?.text);
    const { rows } = await pool.query(`select 1 from app.idempotency where body like '%refreshToken%'`);
    expect(rows).toEqual([]);
  });

  it('is forgotten with the person it tells of', async () => {
    const zoe = await api.register('Zoe');
    const headers = key();
    await api.call('PATCH', '/users/me', { token: zoe.token, body: { name: 'Zoé' }, headers });
    await pool.query('update app.subject_keys set wrapped = null, destroyed_at = now() where subject = $1', [
      `user:${zoe.id}`,
    ]);
    const { rows } = await pool.query('select 1 from app.idempotency where strpos(body, $1) > 0', [zoe.id]);
    expect(rows).toEqual([]);
  });

  it('used again for another request, once its answer was forgotten, is another command', async () => {
    const headers = key();
    await rename('Before', headers);
    await pool.query('delete from app.idempotency where command_id = $1', [claimOf(headers['idempotency-key'])]);
    expect(await rename('After', headers)).toMatchObject({ status: 200, body: { name: 'After' } });
    expect((await api.call('GET', '/users/me', { token: ann.token })).body.name).toBe('After');
  });

  it('used again for the same request a day later, its answer forgotten, is another command', async () => {
    const headers = key();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - DAY);
    await rename('Again', headers).finally(() => clock.mockRestore());
    await rename('Meanwhile', {});
    await pool.query(`update app.idempotency set created_at = created_at - interval '25 hours'`);
    await api.app.get(Idempotency).prune();
    expect(await rename('Again', headers)).toMatchObject({ status: 200, body: { name: 'Again' } });
  });

  it('is the same command when a crash of PostgreSQL lost its claim', async () => {
    const headers = key();
    const first = await rename('Durable', headers);
    await rename('Meanwhile', {});
    await pool.query('delete from app.idempotency where command_id = $1', [claimOf(headers['idempotency-key'])]);
    const again = await rename('Durable', headers, other());
    expect(again.body.revision).toBe(first.body.revision + 1);
    expect(again.body.name).toBe('Meanwhile');
  });

  it('that a build claimed which knew bodies by their order only has its answer, and is taken over from it', async () => {
    const forgetCanonical = (idempotencyKey: string) =>
      pool.query('update app.idempotency set canonical_hash = null where command_id = $1', [claimOf(idempotencyKey)]);
    const headers = key();
    const { text } = await rename('Answered before', headers);
    await forgetCanonical(headers['idempotency-key']);
    expect((await rename('Answered before', headers, other())).text).toBe(text);
    expect((await rename('Another', headers)).status).toBe(422);

    const dead = key();
    await rename('Left', dead);
    await pool.query('update app.idempotency set status = null, leased_until = now() where command_id = $1', [
      claimOf(dead['idempotency-key']),
    ]);
    await forgetCanonical(dead['idempotency-key']);
    expect(await rename('Left', dead, other())).toMatchObject({ status: 200, body: { name: 'Left' } });
  });

  describe('that the previous build claimed, to which the claim was the command', () => {
    const claimByPreviousBuild = (claim: string, name: string) =>
      pool.query(
        'insert into app.idempotency (command_id, request_hash, holder, leased_until) values ($1, $2, $3, now())',
        [claim, hash('sha256', JSON.stringify(['/api/v1/users/me', { name }]), 'buffer'), newUuid()],
      );

    it.each([
      ['', () => ({})],
      [', with If-Match', (etag: string) => ({ 'if-match': etag })],
    ])('is carried out once when that build died before it answered%s', async (_, more) => {
      const headers = key();
      const claim = claimOf(headers['idempotency-key']);
      const { etag = '' } = (await rename('Before', {})).headers;
      const context = { ...systemContext('spec'), commandId: claim };
      await api.app.get(Commands).execute(User, ann.id, { type: 'ChangeProfile', data: { name: 'Taken' } }, context);
      await rename('Meanwhile', {});
      await claimByPreviousBuild(claim, 'Taken');
      const request = { ...headers, ...more(etag) };
      const first = await rename('Taken', request, other());
      expect(first).toMatchObject({ status: 200, body: { name: 'Meanwhile' } });
      expect((await rename('Taken', request)).text).toBe(first.text);
    });

    it('has its answer, also with If-Match', async () => {
      const headers = key();
      const { text } = await rename('Answered', headers);
      await pool.query('update app.idempotency set command = null, canonical_hash = null where command_id = $1', [
        claimOf(headers['idempotency-key']),
      ]);
      expect((await rename('Answered', { ...headers, 'if-match': '"1"' })).text).toBe(text);
      expect((await rename('Other', headers)).status).toBe(422);
    });
  });

  it('stands for the revision too that the request asks for', async () => {
    const headers = key();
    const { headers: answered } = await rename('Once', { ...headers, 'if-match': '*' });
    expect(await rename('Once', { ...headers, 'if-match': answered.etag ?? '' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    });
  });

  it('gives who may not make the request any more no first answer that tells anything', async () => {
    const owner = await somebody(api);
    const asOwner = (path: string, body: object) => api.call('POST', path, { token: owner.token, body });
    const founding = { name: 'Spa', slug: `spa-${newUuid()}`, timeZone: 'Asia/Tokyo', currency: 'JPY' };
    const { id: businessId } = (await asOwner('/owner/businesses', founding)).body;
    const assignment = { businessId, userId: ann.id, role: 'owner' };
    const { id: member } = (await employed(api, owner.token, assignment)).body;
    const headers = key();
    const add = (name: string, token = ann.token, under = headers) =>
      api.call('POST', '/customers', { token, body: { businessId, name }, headers: under });
    expect((await add('Hanako')).status).toBe(201);
    const leaving = key();
    const leave = () => api.call('DELETE', `/staff/assignments/${member}`, { token: ann.token, headers: leaving });
    // Whoever leaves is not told which bookings are left: they are no longer theirs to know.
    for (const _ of ['first', 'again'])
      expect(await leave()).toMatchObject({ status: 200, body: { affected: [], affectedCount: 0 } });
    const refused = { status: 404, body: { code: 'business.not_found' } };
    expect(await add('Hanako', ann.token, key())).toMatchObject(refused);
    expect(await add('Hanako')).toMatchObject(refused);
    // Another request under that key, and somebody else with it, are told no more than without the key.
    expect(await add('Taro')).toMatchObject(refused);
    expect(await add('Hanako', (await somebody(api)).token)).toMatchObject(refused);
  });

  it.each([
    ['of a field', '/users/me', { name: '' }],
    ['of the right', '/customers', { businessId: 'the salon', name: 'Hanako' }],
  ])('gives the first answer before a check %s that came later refuses the request', async (_, path, body) => {
    const headers = key();
    const [method, url] = [path === '/users/me' ? 'PATCH' : 'POST', `/api/v1${path}`] as const;
    const ask = (under: Record<string, string>) => api.call(method, path, { token: ann.token, body, headers: under });
    const claimed = await api.app
      .get(Idempotency)
      .claim(deriveUuid(ann.id, method, url, headers['idempotency-key']), hashesOf({ url, body, headers: {} }));
    const answer = { status: 204, headers: {}, body: '' };
    await api.app.get(Idempotency).complete(claimed as Claim, answer);
    expect((await ask(key())).status).toBe(400);
    const response = await api.app.inject({
      method,
      url,
      payload: body,
      headers: { ...headers, authorization: `Bearer ${ann.token}` },
    });
    expect(response.statusCode).toBe(204);
  });

  const claimOf = (idempotencyKey: string | undefined) =>
    deriveUuid(ann.id, 'PATCH', '/api/v1/users/me', idempotencyKey ?? '');
});

describe('If-Match', () => {
  const revision = async () => (await rename('Now', {})).body.revision as number;

  it.each<[string, (now: number) => string, number]>([
    ['the revision, as tags of earlier builds are', (now) => `"${now}"`, 200],
    ['the tag of another view of it', (now) => `"${now}-5hZ0pX2cQ_7w"`, 200],
    ['the tag of a revision before', (now) => `"${now - 1}-5hZ0pX2cQ_7w"`, 412],
    ['a tag that only begins like ours', (now) => `"${now}-5hZ0"`, 412],
    ['any tag of a list', (now) => `"other", "${now + 7}" ,"${now}"`, 200],
    ['no tag of a list', (now) => `"${now + 1}", "${now + 2}"`, 412],
    ['a tag that is none of ours', () => '"33a64df5"', 412],
    ['a weak tag, which is none to go by', (now) => `W/"${now}-5hZ0pX2cQ_7w"`, 412],
    ['anything that is there', () => '*', 200],
    ['no tag at all', (now) => `${now}`, 400],
    ['a list that is none', (now) => `"${now}",`, 400],
  ])('names %s', async (_, tags, status) => {
    const reply = await rename('Matched', { 'if-match': tags(await revision()) });
    expect(reply.status).toBe(status);
  });

  it('refused under a key is not what the right tag is answered with', async () => {
    const headers = key();
    const now = await revision();
    expect((await rename('Right', { ...headers, 'if-match': `"${now + 1}"` })).status).toBe(412);
    expect((await rename('Right', { ...headers, 'if-match': `"${now}"` })).body.code).toBe('idempotency.key_reused');
  });
});

describe('HEAD', () => {
  const head = (path: string, headers = {}, token = ann.token) => api.call('HEAD', path, { token, headers });

  it('is held to X-Min-Position as GET is', async () => {
    const { token } = await api.admin();
    for (const method of ['GET', 'HEAD'] as const) {
      const reply = await api.call(method, '/users', { token, headers: { 'x-min-position': '9000000000000000' } });
      expect(reply.status).toBe(400);
    }
  });

  it('is no command: it keeps no answer under a key', async () => {
    const rows = async () => (await pool.query('select count(*) from app.idempotency')).rows[0].count;
    const before = await rows();
    expect(await head('/users/me', key())).toMatchObject({ status: 200, text: '' });
    expect((await head('/businesses', key(), '')).status).toBe(200);
    expect(await rows()).toBe(before);
  });
});

describe('a token', () => {
  const meWith = (token: string) => api.call('GET', '/auth/me', { token });
  const claims = () => ({ sub: ann.id, sid: newUuid(), email: ann.email, role: 'admin' });
  const jwt = new JwtService();
  const unsigned = (header: object) =>
    `${[header, { ...claims(), iss: 'yoyaku', exp: 9_999_999_999 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

  it.each([
    [
      'of another key',
      () => jwt.sign(claims(), { secret: 'another', issuer: 'yoyaku', expiresIn: 60 }),
      'auth.token_invalid',
    ],
    [
      'of another algorithm',
      () => jwt.sign(claims(), { secret: api.config.jwtSecret, algorithm: 'HS512', issuer: 'yoyaku', expiresIn: 60 }),
      'auth.token_invalid',
    ],
    [
      'of another issuer',
      () => jwt.sign(claims(), { secret: api.config.jwtSecret, issuer: 'somebody', expiresIn: 60 }),
      'auth.token_invalid',
    ],
    ['without a signature', () => unsigned({ alg: 'none', typ: 'JWT' }), 'auth.token_invalid'],
    ['with its signature cut off', () => ann.token.replace(/[^.]+$/, ''), 'auth.token_invalid'],
    ['that is no token', () => 'nonsense', 'auth.token_invalid'],
    [
      'that has expired',
      () => jwt.sign(claims(), { secret: api.config.jwtSecret, issuer: 'yoyaku', expiresIn: -1 }),
      'auth.token_expired',
    ],
    [
      'of nobody',
      () =>
        jwt.sign({ ...claims(), sub: newUuid() }, { secret: api.config.jwtSecret, issuer: 'yoyaku', expiresIn: 60 }),
      'auth.token_invalid',
    ],
  ])('%s is refused', async (_, token, code) =>
    expect(await meWith(token())).toMatchObject({
      status: 401,
      body: { code },
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer/) },
    }),
  );

  it('gives no rights by itself', async () => {
    const forged = jwt.sign(claims(), { secret: api.config.jwtSecret, issuer: 'yoyaku', expiresIn: 60 });
    expect((await api.call('GET', '/users', { token: forged })).status).toBe(403);
  });
});

describe('what cannot be read', () => {
  const post = (raw: string, headers: Record<string, string> = {}) => api.call('POST', '/auth/login', { raw, headers });

  it.each([
    ['broken JSON', () => post('{"email":'), 400, 'request.malformed'],
    ['a poisoned prototype', () => post('{"__proto__":{"a":1},"email":"a@example.com"}'), 400, 'request.malformed'],
    [
      'a form',
      () => post('email=a', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'request.unsupported_media_type',
    ],
    ['plain text', () => post('hello', { 'content-type': 'text/plain' }), 415, 'request.unsupported_media_type'],
    ['a huge body', () => post(JSON.stringify({ email: 'x'.repeat(1024 * 1024) })), 413, 'request.too_large'],
    ['a list for an object', () => post('[]'), 400, 'request.invalid'],
    ['a text for an object', () => post('"text"'), 400, 'request.invalid'],
    ['null for an object', () => post('null'), 400, 'request.invalid'],
    ['an empty body', () => post(''), 400, 'request.invalid'],
    ['a NUL', () => post('{"email":"a@example.com","password":"a\\u0000b"}'), 400, 'request.invalid'],
    ['half a surrogate pair', () => post('{"email":"a@example.com","password":"\\ud800"}'), 400, 'request.invalid'],
    ['a path that is none', () => api.call('GET', '//%'), 400, 'request.malformed'],
    ['a route that is not there', () => api.call('GET', '/nothing/here'), 404, 'request.no_such_route'],
    ['a method that is not there', () => api.call('DELETE', '/auth/login'), 405, 'request.method_not_allowed'],
  ])('is a problem: %s', async (_, call, status, code) => {
    const reply = await call();
    expect(reply).toMatchObject({ status, body: { code, status, type: `urn:yoyaku:problem:${code}` } });
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(reply.text).not.toMatch(/node_modules|\.ts:\d/);
  });

  it('says which methods there are', async () =>
    expect((await api.call('DELETE', '/auth/login')).headers.allow).toBe('POST'));

  it('names every field at fault, with its place', async () => {
    const { body } = await api.call('POST', '/auth/register', { body: { name: 1, email: 'x', extra: {} } });
    expect(body.errors.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`).sort()).toEqual([
      'email bad_format',
      'extra unknown_field',
      'name wrong_type',
      'password required',
    ]);
  });

  it.each([
    ['serviceId', '/availability', 'required', {}],
    ['businessId', '/availability?businessId=none', 'not_uuid', {}],
    ['from', '/availability?from=2027-02-30', 'not_date', {}],
    ['from', '/bookings?from=soon', 'not_instant', {}],
    ['partySize', '/availability?partySize=two', 'wrong_type', {}],
    ['partySize', '/availability?partySize=0', 'too_small', { minimum: 1 }],
    ['partySize', '/availability?partySize=1001', 'too_large', { maximum: 1000 }],
    ['timezone', '/availability?timezone=Moon', 'bad_format', {}],
    ['colour', '/availability?colour=red', 'unknown_field', {}],
    ['category', `/services?category=${'x'.repeat(61)}`, 'too_long', { maximum: 60 }],
    ['category', '/services?category=', 'too_short', { minimum: 1 }],
    ['kind', '/resources?kind=horse', 'not_one_of', {}],
  ])('says what is wrong with %s in %s: %s', async (path, url, code, facts) => {
    const { body } = await api.call('GET', url, { token: ann.token, headers: { 'accept-language': 'ja' } });
    const error = body.errors.find((one: { path: string }) => one.path === path);
    expect(error).toMatchObject({ path, code, ...facts, message: expect.stringMatching(/[ぁ-ん]/) });
  });

  it('refuses parameters that a query does not have', async () => {
    const { token } = await api.admin();
    for (const query of [
      'colour=red',
      'limit=0',
      'limit=201',
      'limit=many',
      'sort=name',
      'cursor=',
      'limit=5&limit=6',
    ]) {
      expect(await api.call('GET', `/users?${query}`, { token })).toMatchObject({ status: 400 });
    }
    expect(await api.call('GET', '/users?cursor=bm9uc2Vuc2U', { token })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid_cursor' },
    });
    const forged = Buffer.from(JSON.stringify(['-createdAt', 'no time', 'no id'])).toString('base64url');
    expect((await api.call('GET', `/users?cursor=${forged}`, { token })).status).toBe(400);
  });
});

describe('a problem', () => {
  const wrongLogin = (language: string) =>
    api.call('POST', '/auth/login', {
      body: { email: 'x@example.com', password: 'y' },
      headers: { 'accept-language': language },
    });

  it.each([
    ['ja', 'メールアドレスまたはパスワードが正しくありません。'],
    ['kk-KZ, en;q=0.5', 'Пошта мекенжайы немесе құпиясөз қате.'],
    ['fr, ru;q=0.8, en;q=0.9', 'The e-mail address or the password is wrong.'],
    ['tlh', 'The e-mail address or the password is wrong.'],
  ])('speaks %s', async (language, detail) => expect((await wrongLogin(language)).body.detail).toBe(detail));
});

describe('a business', () => {
  it.each<[string, (slug: string, id: string) => Record<string, string>]>([
    ['a header', (_, id) => ({ 'x-business-id': id })],
    ['its host', (slug) => ({ host: `${slug}.localhost` })],
    ['the host of its staff', (slug) => ({ host: `staff.${slug}.localhost:3000` })],
  ])('is named by %s where the request itself does not', async (_, headersOf) => {
    const admin = await somebody(api, 'admin');
    const { things } = await aBusiness(api, admin);
    const { business, slug } = things as { business: string; slug: string };
    const list = (headers: Record<string, string>) => api.call('GET', '/policies', { token: admin.token, headers });
    expect(await list({})).toMatchObject({ status: 400, body: { errors: [{ path: 'businessId' }] } });
    expect((await list(headersOf(slug, business))).status).toBe(200);
    expect(
      (await api.call('GET', '/users/me', { token: admin.token, headers: headersOf(slug, business) })).status,
    ).toBe(200);
  });

  it('is not another one by its host, a header, the path, the query, the body, or what belongs to it', async () => {
    const admin = await somebody(api, 'admin');
    const [salon, rival] = [await aBusiness(api, admin), await aBusiness(api, admin)];
    const { token } = salon.people.owner;
    const host = `${rival.things.slug}.localhost`;
    const { business, booking, service, slug } = salon.things as Record<string, string>;
    const header = { 'x-business-id': rival.things.business as string };
    for (const headers of [{ host }, { host: `${host.toUpperCase()}.:3000` }, header]) {
      for (const [method, path, body] of [
        ['GET', `/policies?businessId=${business}`],
        ['GET', `/businesses/${business}`],
        ['GET', `/businesses/slug/${slug}`],
        ['GET', `/bookings/${booking}`],
        ['GET', `/services/${service}`],
        ['PUT', `/owner/businesses/${business}`, { name: 'Renamed' }],
        ['POST', '/policies', { businessId: business, name: 'A day', freeUntilHours: 24 }],
      ] as const) {
        const reply = await api.call(method, path, { token, headers, body });
        expect([path, reply.status, reply.body.code]).toEqual([path, 400, 'request.other_business']);
      }
    }
    const both = { host, 'x-business-id': business as string };
    expect((await api.call('GET', '/policies', { token, headers: both })).body.code).toBe('request.other_business');
    const own = { host: `${slug}.localhost`, 'x-business-id': business as string };
    const named = await api.call('GET', `/policies?businessId=${business?.toUpperCase()}`, { token, headers: own });
    expect(named.status).toBe(200);
    const approve = `/admin/businesses/${business}/suspend`;
    const refused = await api.call('POST', approve, { token: admin.token, headers: { host }, body: { reason: 'x' } });
    expect(refused.body.code).toBe('request.other_business');
  });

  it('is not there at the host of none, and not named by hosts that are not believed', async () => {
    const admin = await somebody(api, 'admin');
    const { things, people } = await aBusiness(api, admin);
    const list = (headers: Record<string, string>) =>
      api.call('GET', '/policies', { token: people.owner.token, headers });
    for (const host of ['nobodys.localhost', `x.${things.slug}.localhost`]) {
      expect(await list({ host })).toMatchObject({ status: 404, body: { code: 'business.not_found' } });
    }
    for (const headers of [
      { host: `${things.slug}.localhost.evil.example`, 'x-forwarded-host': 'localhost' },
      { host: 'localhost', 'x-forwarded-host': `${things.slug}.localhost` },
    ]) {
      expect((await list(headers)).body.errors).toMatchObject([{ path: 'businessId', code: 'required' }]);
    }
  });

  it('has areas for its people, and the platform one for its own', async () => {
    const admin = await somebody(api, 'admin');
    const { things, people } = await aBusiness(api, admin);
    const rival = await aBusiness(api, admin);
    const { owner, manager, staff } = people;
    const ask = (area: string, who: Person | null, path = '/users/me') =>
      api.call('GET', path, { token: who?.token, headers: { host: `${area}.localhost` } });
    const areas = ['owner', 'manager', 'staff'].map((area) => `${area}.${things.slug}`);
    const passes = async (who: Person) =>
      (await Promise.all(areas.map((area) => ask(area, who)))).map(({ status }) => status);
    expect(await passes(owner)).toEqual([200, 200, 200]);
    expect(await passes(manager)).toEqual([403, 200, 200]);
    expect(await passes(staff)).toEqual([403, 403, 200]);
    expect(await passes(rival.people.owner)).toEqual([403, 403, 403]);
    expect(await passes(admin)).toEqual([200, 200, 200]);
    expect((await ask(areas[0] as string, staff)).body).toMatchObject({
      code: 'access.area',
      detail: 'This address is for people with the role owner.',
    });
    expect((await ask('admin', owner)).body).toMatchObject({ code: 'access.area' });
    expect((await ask('admin', admin, '/users')).status).toBe(200);
    // Who has come as the wrong person sees that, and can sign in as another.
    expect((await ask('admin', owner, '/auth/me')).status).toBe(200);
    expect((await ask(areas[0] as string, null)).status).toBe(401);
    expect((await ask(areas[0] as string, null, '/services')).status).toBe(200);
  });
});

it('what another process has just stored is not refused by what this one remembers', async () => {
  const { people, things } = await aBusiness(api, await somebody(api, 'admin'));
  const { business: businessId, resource } = things;
  const call = (path: string, body: object, app = other()) =>
    callOn(app, 'POST', path, { token: people.owner.token, body });
  const addResource = (more: object = {}) =>
    call('/owner/resources', { businessId, kind: 'room', name: 'Room', ...more });
  expect((await addResource()).status).toBe(201);
  const deaf = jest.spyOn(StreamCache.prototype as unknown as { outdate: () => void }, 'outdate').mockReturnValue();
  const location = await call(`/owner/businesses/${businessId}/locations`, { name: 'Annexe' }, api.app);
  const locationId = location.body.id;
  expect(await addResource({ locationId })).toMatchObject({ status: 201, body: { locationId } });
  const service = {
    name: 'Cut',
    durationMinutes: 60,
    price: { amount: 1, currency: 'JPY' },
    locationIds: [locationId],
  };
  const requirements = [{ anyOf: [resource] }];
  expect((await call('/owner/services', { businessId, ...service, requirements })).status).toBe(201);
  const member = { businessId, userId: (await somebody(api)).id, role: 'staff', locationIds: [locationId] };
  expect((await call('/staff/assignments', member)).status).toBe(201);
  deaf.mockRestore();
});

describe('X-Min-Position', () => {
  it('must be a position', async () => {
    const { token } = await api.admin();
    const reply = await api.call('GET', '/users', { token, headers: { 'x-min-position': 'soon' } });
    expect(reply).toMatchObject({ status: 400, body: { code: 'request.invalid_min_position' } });
  });

  it('must be one that something is stored at', async () => {
    const { token } = await api.admin();
    const { headers } = await rename('Latest', {});
    const latest = BigInt(headers['x-event-position'] as string);
    const at = (position: bigint, app = other()) =>
      callOn(app, 'GET', '/users', { token, headers: { 'x-min-position': String(position), prefer: 'wait=10' } });
    expect((await at(latest)).status).toBe(200);
    const began = performance.now();
    for (const app of api.apps) {
      const beyond = { status: 400, body: { code: 'request.invalid_min_position' } };
      expect(await at(latest + 1n, app)).toMatchObject(beyond);
      expect(await at(9_000_000_000_000_000n, app)).toMatchObject(beyond);
    }
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('every answer', () => {
  it('names the correlation that was asked for, or one of its own', async () => {
    const given = await api.call('GET', '/health', { headers: { 'x-correlation-id': 'walk-1' } });
    expect(given.headers['x-correlation-id']).toBe('walk-1');
    const made = await api.call('GET', '/health', { headers: { 'x-correlation-id': 'no\tgood' } });
    expect(made.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells browsers what they may do', async () => {
    const { headers } = await api.call('GET', '/health', { headers: { origin: 'https://app.example.com' } });
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'strict-transport-security': expect.any(String),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    const stranger = await api.call('GET', '/health', { headers: { origin: 'https://evil.example.com' } });
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('health', () => {
  it('says what this process depends on', async () => {
    for (const path of ['//health', '/health', '//health/ready']) {
      expect(await api.call('GET', path)).toMatchObject({
        status: 200,
        body: {
          status: 'ok',
          uptime: expect.any(Number),
          timestamp: expect.any(String),
          environment: 'test',
          checks: { postgres: { status: 'up' }, eventStore: { status: 'up' }, projections: { status: 'up' } },
        },
      });
    }
    expect((await api.call('GET', '//health/live')).status).toBe(204);
  });

  it('is told to Prometheus', async () => {
    const text = await api.metrics();
    expect(text).toContain('yoyaku_http_request_duration_seconds_count');
    expect(text).toMatch(/yoyaku_http_answers_total\{method="PATCH",route="\/api\/v1\/users\/me",outcome="ok"\}/);
    expect(text).toContain('yoyaku_command_duration_seconds_count{command="user.ChangeProfile"}');
    expect(text).toMatch(/yoyaku_commands_total\{command="user.ChangeProfile",outcome="ok"\}/);
    expect(text).toMatch(/yoyaku_commands_total\{command="user.ChangeProfile",outcome="refused"\}/);
  });

  it('is told to nobody else', async () => {
    const ask = (token?: string) => api.call('GET', '//metrics', { token });
    const { token: ofAnAdmin } = await api.admin();
    for (const token of [undefined, 'x', METRICS_TOKEN.slice(1), ofAnAdmin]) {
      expect(await ask(token)).toMatchObject({ status: 401, body: { code: 'auth.token_invalid' } });
    }
    const closed = await createApi({ ...api.config, metricsToken: '' }, pino({ level: 'silent' }));
    expect(await callOn(closed, 'GET', '//metrics', { token: '' })).toMatchObject({ status: 404 });
    await closed.close();
  });

  it('stays small, whatever becomes of the requests to all routes', async () => {
    const metrics = new Metrics();
    for (const { method, path } of everyRoute(api.app)) {
      for (let i = 0; i < 10; i++) metrics.answered(method, path, `some_context.some_reason_${i}`, 0.1);
    }
    expect((await metrics.registry.metrics()).length).toBeLessThan(500_000);
  });
});

it('has a rule of access on every route', () => {
  const routes = everyRoute(api.app);
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.filter(({ rule }) => rule === undefined)).toEqual([]);
});

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly deprecated?: boolean;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
  readonly 'x-refuses'?: readonly string[];
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly example?: unknown }>>;
}

const operationsOf = ({ paths }: { paths: Record<string, Record<string, Operation>> }) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );

describe('OpenAPI', () => {
  it('is 3.1 and describes every route with its problems', async () => {
    const { body } = await api.call('GET', '//docs/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    for (const { path, method, summary, responses } of operationsOf(body)) {
      expect(`${method} ${path}: ${summary}`).not.toContain('undefined');
      expect(JSON.stringify(responses)).toContain('#/components/responses/');
      expect(Object.keys(responses).some((status) => status < '400')).toBe(true);
    }
    expect((await api.call('GET', '//docs')).status).toBe(200);
  });

  it('calls each operation by a verb and a noun, under one tag, and says which ask for no token', async () => {
    const { body } = await api.call('GET', '//docs/openapi.json');
    const operations = operationsOf(body);
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+[A-Z][A-Za-z]+$/);
    const tags: { name: string; description: string }[] = body.tags;
    expect(tags.every(({ description }) => description.endsWith('.'))).toBe(true);
    const used = operations.flatMap((operation) => operation.tags);
    expect(used).toHaveLength(operations.length);
    expect(new Set(used)).toEqual(new Set(tags.map(({ name }) => name)));
    const open = operations.filter(({ security }) => security.length === 0).map(({ operationId }) => operationId);
    expect(open).toEqual(expect.arrayContaining(['logIn', 'findSlots', 'listBusinesses']));
    expect(open).not.toContain('requestBooking');
  });

  it('marks older names of a route as deprecated', async () => {
    const { body } = await api.call('GET', '//docs/openapi.json');
    const deprecated = operationsOf(body).filter((operation) => operation.deprecated);
    expect(deprecated.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'delete /api/v1/bookings/{id}/cancel',
      'delete /api/v1/staff/assignments/{id}/terminate',
      'get /api/v1/health',
      'patch /api/v1/bookings/{id}',
      'patch /api/v1/users/me/password',
      'post /api/v1/staff/assign-to-booking',
    ]);
  });

  it('declares what headers come and go', async () => {
    const { paths } = (await api.call('GET', '//docs/openapi.json')).body;
    const sent = (operation: { parameters: { $ref?: string }[] }) =>
      operation.parameters.flatMap(({ $ref }) => ($ref ? [$ref.split('/').at(-1)] : []));
    const { post, get } = paths['/api/v1/bookings'];
    expect(sent(post)).toEqual(['IdempotencyKey', 'IfMatch', 'BusinessId']);
    expect(Object.keys(post.responses[201].headers)).toEqual(
      expect.arrayContaining(['ETag', 'X-Event-Position', 'Location', 'RateLimit']),
    );
    expect(sent(get)).toEqual(['MinPosition', 'Prefer', 'BusinessId']);
  });

  it('names the codes with which an operation may refuse, each with a sentence', async () => {
    const { body } = await api.call('GET', '//docs/openapi.json');
    const [, limited] =
      body.paths['/api/v1/bookings'].post.responses[409].content['application/problem+json'].schema.allOf;
    expect(limited.properties.code.enum).toEqual(
      expect.arrayContaining(['booking.slot_taken', 'concurrency.contention', 'idempotency.in_progress']),
    );
    const codes = operationsOf(body).flatMap((operation) => operation['x-refuses'] ?? []);
    expect(codes.length).toBeGreaterThan(250);
    expect(codes.filter((code) => messageFor(code, {}, 'en') === code)).toEqual([]);
  });

  it('gives every body an example', async () => {
    const { body } = await api.call('GET', '//docs/openapi.json');
    const bodies = operationsOf(body).flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((one) =>
        Object.entries(one?.content ?? {}).map(([type, media]) => ({ operationId, type, media })),
      ),
    );
    const json = bodies.filter(({ type }) => type === 'application/json');
    expect(json.length).toBeGreaterThan(150);
    expect(json.filter(({ media }) => media.example === undefined)).toEqual([]);
  });

  it('refers to nothing that is not there', async () => {
    const { text, body } = await api.call('GET', '//docs/openapi.json');
    const references = new Set(
      [...text.matchAll(/"#\/components\/(\w+)\/(\w*)"/g)].map(([, kind, name]) => `${kind} ${name}`),
    );
    const known = Object.entries<object>(body.components).flatMap(([kind, things]) =>
      Object.keys(things).map((name) => `${kind} ${name}`),
    );
    expect([...references.difference(new Set(known))]).toEqual([]);
  });
});

describe('rate limits', () => {
  it('are shared by all processes', async () => {
    const limited = await ApiUnderTest.start({ RATE_LIMIT: 'on' }, 2);
    // A window that ends meanwhile would let some more pass.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
    try {
      const [a, b] = limited.apps as [NestFastifyApplication, NestFastifyApplication];
      const ask = (app: NestFastifyApplication) => callOn(app, 'GET', '/auth/me');
      const first = await ask(a);
      expect(first.headers).toMatchObject({ 'ratelimit-policy': '"anonymous";q=100;w=60' });
      for (let i = 0; i < 99; i++) expect((await ask(a)).status).toBe(401);
      const over = await ask(a);
      expect(over).toMatchObject({ status: 429, body: { code: 'rate.limited' } });
      expect(Number(over.headers['retry-after'])).toBeGreaterThan(0);
      for (let tries = 0; (await ask(b)).status !== 429; tries++) {
        expect(tries).toBeLessThan(100);
        await delay(50);
      }
      for (let i = 0; i < 10; i++) {
        const body = { email: 'victim@example.com', password: `guess ${i}` };
        expect(
          (await callOn(limited.apps[i % 2] as NestFastifyApplication, 'POST', '/auth/login', { body })).status,
        ).toBe(401);
      }
      const body = { email: 'Victim@example.com', password: 'one more' };
      expect((await callOn(b, 'POST', '/auth/login', { body })).status).toBe(429);
      const elsewhere = await b.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        remoteAddress: '198.51.100.7',
        payload: body,
      });
      expect(elsewhere.statusCode).toBe(401);

      const mail = async (path: string, network: number) => {
        const { statusCode } = await a.inject({
          method: 'POST',
          url: `/api/v1/auth/${path}`,
          remoteAddress: `2001:db8:${network}::1`,
          payload: { email: 'victim@example.com' },
        });
        return statusCode;
      };
      for (let i = 0; i < 5; i++) expect(await mail(i % 2 ? 'forgot-password' : 'resend-verification', 0)).toBe(202);
      expect(await mail('forgot-password', 0)).toBe(429);
      for (let i = 1; i <= 15; i++) expect(await mail('forgot-password', i)).toBe(202);
      expect(await mail('forgot-password', 16)).toBe(429);
      const refresh = await callOn(a, 'POST', '/auth/refresh', { body: { refreshToken: 'none' } });
      expect(refresh.headers['ratelimit-policy']).toBe('"refresh";q=120;w=60');
    } finally {
      clock.mockRestore();
      await limited.stop();
    }
  });
});
