import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { projections, readConfig } from '@yoyaku/composition';
import { EventCodec, EventStoreDb, PostgresSubjectKeys, SUBJECT_KEYS } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { createPool, Notifications } from '@yoyaku/postgres';
import { installProjections, ProjectionAdmin, Projector } from '@yoyaku/projecting';

import { startServers, type TestServers, testSecrets, until } from '@yoyaku/testing';

import { Pool } from 'pg';
import { pino } from 'pino';
import { AppendCall } from '../../../libs/eventing/src/store/eventstoredb/batch-append';
import { createApi } from '../src/create-api';
import { HealthChecks } from '../src/http/operations/health';
import { callOn } from './api-under-test';

const logger = pino({ level: 'silent' });

let servers: TestServers;
let app: NestFastifyApplication;
let config: ReturnType<typeof readConfig>;

beforeAll(async () => {
  servers = await startServers();
  config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment, RATE_LIMIT: 'off' });
  app = await createApi(config, logger);
});
afterAll(async () => {
  await app.close();
  await servers.stop();
});

/** As processes see it that are set up otherwise. */
const healthWith = ({
  natsUrl = '',
  pool = app.get<Pool>(Pool),
  known = projections,
  keys = app.get<PostgresSubjectKeys>(SUBJECT_KEYS),
}) => {
  const admin = new ProjectionAdmin(pool, known);
  return new HealthChecks({ ...config, natsUrl }, pool, app.get(EventStoreDb), admin, keys).health();
};

const ready = async () => {
  const { status, body } = await callOn(app, 'GET', '//health/ready');
  return { status, ...body.checks, is: body.status, missing: body.missing };
};

it('names what is missing, from nothing to everything', async () => {
  expect(await healthWith({})).toMatchObject({
    status: 'degraded',
    missing: ['projections', 'events'],
    checks: { postgres: { status: 'up' }, projections: { reason: 'missing' }, events: { reason: 'no projector runs' } },
  });
  const pool = app.get<Pool>(Pool);
  await installProjections(pool, projections, config.partitions, 1n << 40n);
  const admin = new ProjectionAdmin(pool, projections);
  const id = await admin.rebuild(['audit-log'], 'ops');
  expect((await healthWith({})).checks.projections?.reason).toMatch(
    /^missing: .*\bavailability, .*; being built: audit-log$/,
  );
  await admin.cancelRebuild(id);
  await installProjections(pool, projections, config.partitions, 0n);
  expect(await healthWith({})).toMatchObject({
    status: 'degraded',
    missing: ['events'],
    checks: { events: { status: 'down', reason: 'no projector runs', relaying: false } },
  });
});

describe('with a projector', () => {
  let projector: Projector;
  beforeAll(async () => {
    const { databaseUrl, partitions } = config;
    projector = new Projector({
      projections,
      partitions,
      databaseUrl,
      log: logger,
      pool: app.get(Pool),
      notifications: app.get(Notifications),
      eventStore: app.get(EventStoreDb),
      codec: app.get(EventCodec),
    });
    await projector.start();
  });
  afterAll(() => projector.stop());

  it('tells which way events come, and whether they are relayed', async () => {
    expect(await ready()).toMatchObject({
      status: 200,
      is: 'ok',
      missing: [],
      events: { status: 'up', path: 'store', relaying: false },
    });
  });

  it('is degraded where there is a NATS that events do not come over', async () => {
    // A projector that has much to do says late that it runs.
    await until(async () => (await healthWith({})).missing.length === 0);
    expect(await healthWith({ natsUrl: servers.natsUrl })).toMatchObject({
      status: 'degraded',
      missing: ['events'],
      checks: {
        nats: { status: 'up' },
        events: { status: 'down', reason: 'they follow the event store directly', path: 'store', relaying: false },
      },
    });
    expect(await healthWith({ natsUrl: 'nats://127.0.0.1:1' })).toMatchObject({
      missing: ['events', 'nats'],
      checks: { nats: { status: 'down', reason: 'ECONNREFUSED' } },
    });
  });

  it('names read models that were changed without a new version', async () => {
    const known = projections.map((one) => (one.name === 'users' ? { ...one, digest: 'other' } : one));
    expect(await healthWith({ known })).toMatchObject({
      status: 'degraded',
      missing: ['projections'],
      checks: { projections: { status: 'down', reason: 'changed without a new version: users' } },
    });
  });

  it('says that no writes are taken; commands are told so in time, and the next ones at once', async () => {
    const body = { name: 'Ann', email: `${newUuid()}@example.com`, password: 'correct horse battery' };
    const token = (await callOn(app, 'POST', '/auth/register', { body })).body.accessToken;
    const hanging = jest.spyOn(AppendCall.prototype, 'append').mockReturnValue(new Promise(() => {}));
    const rename = async (name: string) => {
      const began = performance.now();
      const { status, headers } = await callOn(app, 'PATCH', '/users/me', { token, body: { name } });
      return { status, retryAfter: headers['retry-after'], seconds: (performance.now() - began) / 1000 };
    };
    const away = { status: 503, retryAfter: '1' };
    const replies = await Promise.all(Array.from({ length: 12 }, (_, i) => rename(`Ann ${i}`)));
    // Within one deadline of 2.5 s, all of them together: one after the other they would take twelve times as long.
    for (const { seconds, ...reply } of replies) {
      expect(reply).toEqual(away);
      expect(seconds).toBeLessThan(15);
    }
    // A process that was held up itself believes in silence later.
    await until(async () => (await ready()).missing.includes('writes') || (await rename('Bea')).status === 200);
    const tried = () => hanging.mock.calls.filter(([{ name }]) => !name.endsWith('yoyaku_probe')).length;
    const before = tried();
    expect(await rename('Eva')).toMatchObject(away);
    expect(tried()).toBe(before);
    expect(await ready()).toMatchObject({
      status: 503,
      is: 'unavailable',
      missing: ['writes'],
      eventStore: { status: 'up' },
    });

    hanging.mockRestore();
    await until(async () => (await ready()).is === 'ok');
    expect((await rename('Fay')).status).toBe(200);
  });

  it('names a master key that is needed and was not given, until it is not needed any more', async () => {
    const pool = app.get<Pool>(Pool);
    const keysOf = (...keys: Buffer[]) => new PostgresSubjectKeys(pool, keys[0] as Buffer, keys.slice(1));
    const [next, mine] = [randomBytes(32), config.piiMasterKey];
    const lacking = { status: 'degraded', missing: ['masterKey'] };
    // It learns of a key by whoever needs it, and by looking when it starts.
    const running = keysOf(mine);
    expect(await healthWith({ keys: running })).toMatchObject({ status: 'ok' });
    await keysOf(next, mine).ensure(['user:somebody-new']);
    expect(await healthWith({ keys: keysOf(mine) })).toMatchObject(lacking);
    await expect(running.find(['user:somebody-new'])).rejects.toThrow();
    const health = await healthWith({ keys: running });
    expect(health).toMatchObject({ ...lacking, checks: { masterKey: { reason: 'a master key is not given' } } });
    expect(JSON.stringify(health)).not.toContain('somebody-new');
    expect(await healthWith({ keys: keysOf(next, mine) })).toMatchObject({ status: 'ok' });
    await keysOf(mine, next).rewrap();
    expect(await healthWith({ keys: running })).toMatchObject({ status: 'ok' });
  });

  it('is unavailable without PostgreSQL, and says no more than that', async () => {
    const pool = createPool('postgres://somebody:secret@127.0.0.1:1/yoyaku');
    const health = await healthWith({ pool });
    expect(health).toMatchObject({
      status: 'unavailable',
      missing: ['postgres', 'projections', 'events'],
      checks: { postgres: { status: 'down', reason: 'ECONNREFUSED' }, eventStore: { status: 'up' } },
    });
    expect(JSON.stringify(health)).not.toMatch(/somebody|secret|127\.0/);
    await pool.end();
  });

  it.each<[string, (url: URL) => void]>([
    [
      'wrong password',
      (url) => {
        url.password = 'another';
      },
    ],
    [
      'no such database',
      (url) => {
        url.pathname = '/elsewhere';
      },
    ],
  ])('tells of PostgreSQL that does not let us in why: %s', async (reason, change) => {
    const url = new URL(servers.databaseUrl);
    change(url);
    const pool = createPool(url.href);
    const health = await healthWith({ pool });
    expect(health).toMatchObject({ status: 'unavailable', checks: { postgres: { status: 'down', reason } } });
    expect(JSON.stringify(health)).not.toMatch(/another|elsewhere|127\.0/);
    await pool.end();
  });
});
