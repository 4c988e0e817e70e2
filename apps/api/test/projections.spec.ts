import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventStoreDb } from '@yoyaku/eventing';
import { defineProjection, defineTable, installProjections, uuid } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { createApi } from '../src/create-api';
import { type ABusiness, aBusiness } from './a-business';
import { ApiUnderTest, type Method, type SignedInUser } from './api-under-test';

let api: ApiUnderTest;
let admin: SignedInUser;
let origin: string;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  admin = await api.admin();
  origin = await listening(api.app);
});
afterAll(() => api.stop());

async function listening(app: NestFastifyApplication): Promise<string> {
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const ask = (method: Method, path: string, body?: object) =>
  api.call(method, `/admin/projections${path}`, { token: admin.token, body });

/** A query in progress: no rebuild of the users takes its place before it is over. */
async function queryUsers(): Promise<() => Promise<void>> {
  const client = await api.app.get(Pool).connect();
  await client.query('begin');
  await client.query('select from read.users limit 1');
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

/** Server-sent events as they come. */
async function* follow(name: string, from = origin) {
  const headers = { authorization: `Bearer ${admin.token}` };
  const response = await fetch(`${from}/api/v1/admin/projections/${name}/rebuild`, { headers });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    const events = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) yield JSON.parse(event.replace(/^data: /, ''));
  }
}

describe('a rebuild', () => {
  it('is followed to its end, while queries go on', async () => {
    const endQuery = await queryUsers();
    expect(await ask('POST', '/users/rebuild')).toMatchObject({
      status: 202,
      body: { id: expect.any(String), state: 'running', projections: ['users'], requestedBy: admin.id },
    });
    expect(await ask('POST', '/users/rebuild')).toMatchObject({
      status: 409,
      body: { code: 'projection.rebuild_running' },
    });
    const seen: { state: string }[] = [];
    for await (const progress of follow('users')) {
      if (seen.push(progress) === 1) await endQuery();
      expect((await api.call('GET', '/users', { token: admin.token })).status).toBe(200);
    }
    expect(seen[0]).toMatchObject({ state: 'running' });
    expect(seen.at(-1)).toEqual({
      state: 'done',
      processed: expect.any(Number),
      total: expect.any(Number),
      eventsPerSecond: expect.any(Number),
      secondsLeft: null,
      failure: null,
    });
    expect((await ask('GET', '/users')).body).toMatchObject({ state: 'live', failure: null });
  });

  it('can rest, go on, and be given up', async () => {
    const endQuery = await queryUsers();
    await ask('POST', '/users/rebuild');
    expect((await ask('GET', '/users')).body.state).toBe('rebuilding');
    expect(await ask('POST', '/users/rebuild/pause')).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(await ask('POST', '/users/rebuild')).toMatchObject({ status: 409 });
    await until(async () => {
      const text = await api.metrics();
      return ['processed_events', 'total_events', 'events_per_second'].every((figure) =>
        text.includes(`yoyaku_rebuild_${figure}{projection="users"}`),
      );
    });
    expect(await ask('POST', '/users/rebuild/resume')).toMatchObject({ status: 200, body: { state: 'running' } });
    expect(await ask('DELETE', '/users/rebuild')).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    await endQuery();
    const [last] = await Array.fromAsync(follow('users'));
    expect(last).toMatchObject({ state: 'cancelled' });
    expect(await ask('DELETE', '/users/rebuild')).toMatchObject({
      status: 404,
      body: { code: 'projection.rebuild_not_found' },
    });
  });

  it('keeps no process from stopping that tells of it', async () => {
    const other = await createApi(api.config, pino({ level: 'silent' }));
    const endQuery = await queryUsers();
    await ask('POST', '/users/rebuild');
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const progress of follow('users', await listening(other))) seen.push(progress);
    })();
    await until(() => seen.length > 0);
    await other.close();
    await following;
    expect(seen.at(-1)).toMatchObject({ state: 'running' });
    await ask('DELETE', '/users/rebuild');
    await endQuery();
  });
});

describe('what cannot be', () => {
  it.each<[Method, string]>([
    ['GET', ''],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/skip'],
    ['POST', '/rebuild'],
    ['GET', '/rebuild'],
    ['DELETE', '/rebuild'],
    ['POST', '/rebuild/pause'],
    ['POST', '/rebuild/resume'],
  ])('%s %s of a read model that is not there', async (method, path) =>
    expect(await ask(method, `/nothing${path}`, path === '/skip' ? { reason: 'none' } : undefined)).toMatchObject({
      status: 404,
      body: { code: 'projection.not_found' },
    }),
  );

  it('following a rebuild that never was', async () =>
    expect(await ask('GET', '/bookings/rebuild')).toMatchObject({
      status: 404,
      body: { code: 'projection.rebuild_not_found' },
    }));

  it('skipping without a reason, or where nothing has failed', async () => {
    for (const body of [{}, { reason: '' }, { reason: ' ' }]) {
      expect(await ask('POST', '/users/skip', body)).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [{ path: 'reason' }] },
      });
    }
    expect(await ask('POST', '/users/skip', { reason: 'harmless' })).toMatchObject({
      status: 409,
      body: { code: 'projection.not_failed' },
    });
    for (const partition of [-1, 1024, 0.5, '0']) {
      expect(await ask('POST', '/users/skip', { reason: 'harmless', partition })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [{ path: 'partition' }] },
      });
    }
  });

  it.each([
    ['of a path', '%2e%2e%2f', 404],
    ['in another case', 'Users', 404],
    ['with SQL', "users'%3b--", 404],
    ['without letters', '%F0%9F%92%A5', 404],
    ['that is long', 'u'.repeat(90), 404],
    ['with a NUL', '%00', 400],
    ['that is no UTF-8', '%ff', 400],
  ])('a name %s', async (_, name, status) => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/pause'],
      ['POST', '/rebuild'],
      ['GET', '/rebuild'],
    ] as const) {
      expect(await ask(method, `/${name}${path}`)).toMatchObject({
        status,
        body: { code: expect.stringMatching(status === 404 ? 'projection.not_found' : /^request\./) },
      });
    }
  });

  it('stopping what has stopped, starting what goes on', async () => {
    const conflict = (code: string) => ({ status: 409, body: { code } });
    expect(await ask('POST', '/staff/resume')).toMatchObject(conflict('projection.not_stopped'));
    expect(await ask('POST', '/staff/pause')).toMatchObject({ status: 200 });
    expect(await ask('POST', '/staff/pause')).toMatchObject(conflict('projection.not_running'));
    expect(await ask('POST', '/staff/resume')).toMatchObject({ status: 200, body: { state: 'live' } });
    expect(await ask('POST', '/staff/resume')).toMatchObject(conflict('projection.not_stopped'));
  });
});

it('a read model is dropped when no running build knows it, and not before', async () => {
  expect(await ask('DELETE', '/users')).toMatchObject({ status: 409, body: { code: 'projection.in_use' } });
  expect(await ask('DELETE', '/nonsense')).toMatchObject({ status: 404, body: { code: 'projection.not_found' } });
  const tables = { bygones: defineTable('bygones', { columns: { id: uuid }, key: ['id'] }) };
  const bygone = defineProjection<never>()({ name: 'bygone', version: 1, tables, on: {} });
  await installProjections(api.app.get(Pool), [bygone], api.config.partitions, 0n);
  expect(await ask('GET', '/bygone')).toMatchObject({ status: 200, body: { definition: null } });
  expect((await ask('DELETE', '/bygone')).status).toBe(204);
  expect((await ask('GET', '/bygone')).status).toBe(404);
});

it('a read model rests and goes on', async () => {
  expect(await ask('POST', '/users/pause')).toMatchObject({ status: 200, body: { state: 'paused' } });
  const ann = await api.register('Ann');
  const renamed = await api.call('PATCH', '/users/me', { token: ann.token, body: { name: 'Anne' } });
  const position = renamed.headers['x-event-position'] as string;
  const wait = { 'x-min-position': position, prefer: 'wait=0' };
  expect(await api.call('GET', '/users', { token: admin.token, headers: wait })).toMatchObject({
    status: 503,
    body: { code: 'projection.behind' },
  });
  expect(await ask('POST', '/users/resume')).toMatchObject({ status: 200, body: { state: 'live' } });
  const headers = { 'x-min-position': position };
  expect((await api.call('GET', '/users', { token: admin.token, headers })).status).toBe(200);
});

it('tells Prometheus how far read models are', async () => {
  const text = await api.metrics();
  expect(text).toMatch(/^yoyaku_projection_lag_seconds\{projection="bookings"\} 0$/m);
  expect(text).toMatch(/^yoyaku_projection_partitions\{projection="bookings",state="live"\} 8$/m);
  expect(text).toMatch(/^yoyaku_projection_events_per_second\{projection="users"\} [\d.]+$/m);
});

describe('a read model that was changed without a new version', () => {
  const pool = () => api.app.get(Pool);
  const install = (digest: string) =>
    pool().query(`update projecting.projections set digest = $1 where name = 'staff'`, [digest]);
  let digest: string;

  beforeAll(async () => {
    const { rows } = await pool().query(`select digest from projecting.projections where name = 'staff'`);
    digest = rows[0].digest;
    await install('that of another build');
  });
  afterAll(() => install(digest));

  it('shows, and is neither run nor rebuilt', async () => {
    expect(await ask('GET', '/staff')).toMatchObject({
      status: 200,
      body: { definition: 'changed', version: expect.any(Number) },
    });
    expect(await ask('POST', '/staff/rebuild')).toMatchObject({ status: 409, body: { code: 'projection.changed' } });
    await until(async () => {
      const { checks } = (await api.call('GET', '//health')).body;
      return checks.projections.reason === 'changed without a new version: staff';
    });
    await until(async () => {
      const owned = `select from projecting.checkpoints where projection = 'staff' and owner is not null`;
      return (await pool().query(owned)).rows.length === 0;
    });
    await install(digest);
    expect(await ask('GET', '/staff')).toMatchObject({ body: { definition: 'current' } });
    expect(await ask('POST', '/staff/rebuild')).toMatchObject({ status: 202 });
    expect(await Array.fromAsync(follow('staff'))).toContainEqual(expect.objectContaining({ state: 'done' }));
  });
});

describe('while read models are missing', () => {
  const reasonOf = async () => (await api.call('GET', '//health')).body.checks.projections;
  let salon: ABusiness;

  beforeAll(async () => {
    salon = await aBusiness(api, admin);
    await api.app.get(Pool).query('alter schema read rename to away');
  });
  afterAll(() => api.app.get(Pool).query('alter schema away rename to read'));

  it('queries say to come again', async () => {
    const reply = await api.call('GET', '/users', { token: admin.token });
    expect(reply).toMatchObject({ status: 503, body: { code: 'projection.behind' } });
    expect(reply.headers['retry-after']).toBe('1');
  });

  it.each<[Method, string, object, string]>([
    ['PUT', '/customers/:customer', { name: 'Hana' }, 'customer-:customer'],
    ['POST', '/customers/:customer/link-user', { userId: ':user' }, 'customer-:customer'],
    ['PUT', '/customers/notes/:note', { text: 'Coffee' }, 'note-:note'],
    ['PUT', '/owner/services/:service', { name: 'Trim' }, 'service-:service'],
    ['PUT', '/owner/resources/:resource', { name: 'Yuki S.' }, 'resource-:resource'],
    ['PUT', '/policies/:policy', { name: 'Two days' }, 'policy-:policy'],
    ['PUT', '/owner/businesses/:business', { name: 'Salon Yuki' }, 'business-:business'],
    ['DELETE', '/bookings/:booking/cancel', {}, 'booking-:booking'],
  ])('%s %s is done and answered, or asks to come again and is not done', async (method, path, body, stream) => {
    const { owner } = salon.people;
    const named = (text: string) => text.replace(/:(\w+)/g, (_, thing) => salon.things[thing] as string);
    const length = async () => (await Array.fromAsync(api.app.get(EventStoreDb).readStream(named(stream)))).length;
    const before = await length();
    expect(before).toBeGreaterThan(0);
    const given = { token: owner.token, body: JSON.parse(named(JSON.stringify(body))) };
    const { status, text } = await api.call(method, named(path), given);
    if (status >= 300) expect([status, text]).toEqual([503, expect.stringContaining('projection.behind')]);
    expect((await length()) > before).toBe(status < 300);
  });

  it('health says which', async () => {
    await until(async () => /^missing: .*\busers\b/.test((await reasonOf()).reason));
    expect(await api.call('GET', '//health/ready')).toMatchObject({ status: 200, body: { status: 'degraded' } });
  });
});
