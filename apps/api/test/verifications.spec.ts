import { EventStoreDb } from '@yoyaku/eventing';
import { newUuid, now } from '@yoyaku/kernel';
import { Auditor, Checkpoints, SigningKey } from '@yoyaku/platform';
import { Consistency } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { Pool } from 'pg';
import { pino } from 'pino';
import { type ReactorProcess, startReactor } from '../../reactor/src/reactor-process';
import { type Person, somebody } from './a-business';
import { aLongHistory } from './a-long-history';
import { ApiUnderTest, type Method } from './api-under-test';

const LONG = 10_000;
/** It is read many times over, by one process with all the others in it. */
const PATIENCE = 60_000;
jest.setTimeout(2 * PATIENCE);

let api: ApiUnderTest;
let pool: Pool;
let auditor: Person;
let reactors: ReactorProcess[];

beforeAll(async () => {
  api = await ApiUnderTest.start();
  pool = api.app.get(Pool);
  auditor = await somebody(api, 'auditor');
  await aLongHistory(api, LONG);
  // A verification reads what the audit log saw, too.
  const head = await api.app.get(EventStoreDb).head();
  expect(await api.app.get(Consistency).waitFor(['audit-log'], head, { timeoutMs: PATIENCE })).toBe(true);
  await api.app.listen(0, '127.0.0.1');
  const rhythm = { everyMs: 20, graceMs: 200 };
  reactors = [await startReactor(api.config, SILENT, rhythm), await startReactor(api.config, SILENT, rhythm)];
}, 2 * PATIENCE);
afterAll(async () => {
  await Promise.all(reactors.map((reactor) => reactor.stop()));
  await api.stop();
});

const SILENT = pino({ level: 'silent' });
const LOCK = 'yoyaku.audit-verification';

const ask = (method: Method, path: string, body?: object) =>
  api.call(method, `/audit${path}`, { token: auditor.token, body });
const request = async (from = 'start') => (await ask('POST', '/verifications', { from })).body.id as string;
const get = async (id: string) => (await ask('GET', `/verifications/${id}`)).body;

/** What a client is told of it until it ends. */
async function* follow(id: string) {
  const response = await fetch(`${await api.app.getUrl()}/api/v1/audit/verifications/${id}/progress`, {
    headers: { authorization: `Bearer ${auditor.token}` },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    const events = (text + Buffer.from(chunk).toString()).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) yield JSON.parse(event.replace(/^data: /, ''));
  }
}

/** The backend in PostgreSQL by which a process holds the right to verify. */
async function holder(): Promise<number | undefined> {
  const { rows } = await pool.query(
    `select pid from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and granted and application_name = $1`,
    [`yoyaku ${LOCK}`],
  );
  return rows[0]?.pid;
}

/** A verification that somebody runs, and that stands still until the function that comes with it is called. */
async function underWay(): Promise<{ id: string; goOn: () => Promise<void> }> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query('lock table read.audit_log');
  const id = await request();
  await until(async () => (await holder()) !== undefined);
  const goOn = async () => {
    await client.query('rollback');
    client.release();
  };
  return { id, goOn };
}

describe('a verification of a long history', () => {
  it('goes on by itself, tells how far it is, and what it found', async () => {
    const asked = await ask('POST', '/verifications', {});
    expect(asked).toMatchObject({
      status: 202,
      body: { from: 'start', state: 'running', requestedBy: auditor.id, audit: null, endedAt: null },
    });
    const { id } = asked.body;
    expect(asked.headers.location).toBe(`/api/v1/audit/verifications/${id}`);
    const told = await Array.fromAsync(follow(id));
    // A run that was interrupted begins anew: whoever goes on tells of no total at first.
    const lastRun = told.slice(told.findLastIndex(({ total }) => total === null) + 1);
    const counts = lastRun.map(({ processed }) => processed);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    await until(async () => (await get(id)).state === 'done');
    const done = await get(id);
    const { events } = done.audit;
    expect(told.at(-1)).toMatchObject({ state: 'done', processed: events, total: events, secondsLeft: 0 });
    expect(told.at(-1).eventsPerSecond).toBeGreaterThan(0);
    expect(done).toMatchObject({ state: 'done', error: null, audit: { ok: true, brokenAt: null } });
    expect(done.audit.events).toBeGreaterThan(LONG);
    expect(Date.parse(done.endedAt)).toBeGreaterThan(Date.parse(done.requestedAt));
  });

  it('begins at the last checkpoint if one likes', async () => {
    await until(async () => (await api.app.get(Auditor, { strict: false }).lastSigned()) !== undefined, PATIENCE);
    const id = await request('checkpoint');
    await until(async () => (await get(id)).state === 'done', PATIENCE);
    expect((await get(id)).audit).toMatchObject({ ok: true, streams: 0 });
  });

  it('asked for twice is one', async () => {
    const { id, goOn } = await underWay();
    expect(await request()).toBe(id);
    expect(await get(id)).toMatchObject({ state: 'running', processed: 0, total: null });
    await goOn();
    await until(async () => (await get(id)).state === 'done', PATIENCE);
  });

  it('survives the death of who runs it', async () => {
    const { id, goOn } = await underWay();
    const first = await holder();
    await pool.query('select pg_terminate_backend($1)', [first]);
    await until(async () => ![undefined, first].includes(await holder()));
    await goOn();
    await until(async () => (await get(id)).state === 'done', PATIENCE);
    expect((await get(id)).audit).toMatchObject({ ok: true });
  });

  it('ends when it is given up', async () => {
    const { id, goOn } = await underWay();
    expect(await ask('DELETE', `/verifications/${id}`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    await goOn();
    const next = await request();
    expect(next).not.toBe(id);
    await until(async () => (await get(next)).state === 'done', PATIENCE);
    expect(await get(id)).toMatchObject({ state: 'cancelled', audit: null });
    expect(await ask('DELETE', `/verifications/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'audit.verification_not_found' },
    });
  });

  it('keeps no reactor from stopping, and goes on with the next', async () => {
    const { id, goOn } = await underWay();
    const stopping = Promise.all(reactors.splice(0).map((reactor) => reactor.stop()));
    await goOn();
    await stopping;
    expect(await get(id)).toMatchObject({ state: 'running' });
    reactors.push(await startReactor(api.config, SILENT));
    await until(async () => (await get(id)).state === 'done', PATIENCE);
  });
});

describe('asking nonsense, or as somebody else', () => {
  it.each<[Method, string, object | undefined, number, string]>([
    ['POST', '/verifications', { from: 'yesterday' }, 400, 'request.invalid'],
    ['POST', '/verifications', { since: 'start' }, 400, 'request.invalid'],
    ['GET', '/verify?from=yesterday', undefined, 400, 'request.invalid'],
    ['GET', '/verifications/1', undefined, 400, 'request.invalid'],
    ['GET', `/verifications/${newUuid()}`, undefined, 404, 'audit.verification_not_found'],
    ['GET', `/verifications/${newUuid()}/progress`, undefined, 404, 'audit.verification_not_found'],
    ['DELETE', `/verifications/${newUuid()}`, undefined, 404, 'audit.verification_not_found'],
  ])('%s %s', async (method, path, body, status, code) => {
    expect(await ask(method, path, body)).toMatchObject({ status, body: { code } });
  });

  it('is for auditors', async () => {
    const { token } = await somebody(api);
    const reply = await api.call('POST', '/audit/verifications', { token, body: {} });
    expect(reply).toMatchObject({ status: 403, body: { code: 'access.forbidden' } });
  });
});

describe('GET /audit/verify', () => {
  it('answers at once, but for a history that takes long', async () => {
    expect(await ask('GET', '/verify')).toMatchObject({ status: 200, body: { ok: true } });
    const key = new SigningKey(api.config.appSecret);
    const huge = { position: 900_000_000_000n, events: 100_001, hash: 'ab'.repeat(32), takenAt: now() };
    await new Checkpoints(pool).add(key.sign(huge));
    expect(await ask('GET', '/verify?from=checkpoint')).toMatchObject({ status: 200 });
    const reply = await ask('GET', '/verify');
    expect(reply).toMatchObject({ status: 202, body: { from: 'start', state: 'running' } });
    expect(reply.headers.location).toBe(`/api/v1/audit/verifications/${reply.body.id}`);
  });
});
