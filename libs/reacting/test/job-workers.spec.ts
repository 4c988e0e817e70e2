import { HOUR, newUuid, now, plusMs, type Uuid } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import type { Pool } from 'pg';
import {
  type Cause,
  type DueJob,
  defineJob,
  type Job,
  JobAdmin,
  type JobHandler,
  type JobKind,
  JobWorkers,
  JobWriter,
} from '../src';
import { plannedJob } from '../src/planned-jobs';

interface Task {
  readonly name: string;
}
/** A kind of its own for each test. */
let task: JobKind<Task>;
let tests = 0;

const cause: Cause = {
  id: newUuid(),
  type: 'Asked',
  position: '1',
  tenantId: 'tenant',
  at: now(),
  correlationId: newUuid(),
};

let servers: TestServers;
let pool: Pool;
let writer: JobWriter;
let workers: JobWorkers[];
const warnings: object[] = [];
const log = { info: () => {}, warn: (facts: object) => void warnings.push(facts) };

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  writer = new JobWriter(servers.databaseUrl, pool, []);
});
beforeEach(() => {
  tests += 1;
  task = defineJob<Task>(`task-${tests}`);
  workers = [];
  warnings.length = 0;
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
});
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

async function start(...handlers: JobHandler[]): Promise<JobWorkers> {
  const started = new JobWorkers({
    databaseUrl: servers.databaseUrl,
    pool,
    handlers,
    log,
    everyMs: 20,
    superviseSeconds: 1,
  });
  await started.start();
  workers.push(started);
  return started;
}

/** As reactions plan them. */
async function plan(...jobs: Job[]): Promise<Uuid[]> {
  const rows = jobs.map((job) => plannedJob(job, 'spec', cause, newUuid(), 0));
  for (const { text, values } of await writer.statementsFor(rows)) await pool.query(text, values as unknown[]);
  return rows.map(({ id }) => id);
}

const handler = (
  run: (job: DueJob<Task>) => Promise<readonly Job[] | undefined>,
  kind: JobKind<Task> = task,
): JobHandler => ({
  kind,
  run,
});

const states = async (kind: string): Promise<string[]> =>
  (await pool.query(`select state from yoyaku_jobs.job where name = $1`, [kind])).rows.map(({ state }) => state);

/** As if whoever holds jobs had not been heard of for long. */
const fallSilent = () =>
  pool.query(`update yoyaku_jobs.job set heartbeat_on = heartbeat_on - interval '1 hour' where state = 'active'`);

const tasks = (count: number) => Array.from({ length: count }, (_, i) => task.job({ name: `${i}` }));

test('each job is done once, whoever of many does it; one that is planned again is known', async () => {
  const done: string[] = [];
  const handle = handler(async ({ data }) => {
    done.push(data.name);
    return undefined;
  });
  await Promise.all([start(handle), start(handle)]);
  await plan(...tasks(60));
  await until(() => done.length >= 60);
  const once = task.job({ name: 'once' }, { key: 'once' });
  await plan(once);
  await until(() => done.includes('once'));
  await until(async () => (await states(task.name)).every((state) => state === 'completed'));
  await plan(once);
  await plan(task.job({ name: 'last' }));
  await until(() => done.includes('last'));
  expect(new Set(done).size).toBe(done.length);
});

test('a job is done when it is due, and not before, and leads to others', async () => {
  const done: [string, boolean][] = [];
  let due = now();
  await start(
    handler(async ({ data, now: at }) => {
      done.push([data.name, at >= due]);
      return data.name === 'late' ? [task.job({ name: 'next' })] : undefined;
    }),
  );
  await plan(task.job({ name: 'at once' }));
  await until(() => done.length === 1);
  due = plusMs(now(), 500);
  await plan(task.job({ name: 'late' }, { at: due }));
  await until(() => done.length === 3);
  expect(done).toEqual([
    ['at once', true],
    ['late', true],
    ['next', true],
  ]);
});

test('a job that fails is tried again under the same command id, and then is done', async () => {
  const commands: string[] = [];
  await start(
    handler(async ({ context }) => {
      commands.push(context.commandId);
      if (commands.length === 1) throw new Error('not now');
      return undefined;
    }),
  );
  const [id] = await plan(task.job({ name: 'x' }));
  await until(async () => (await states(task.name))[0] === 'completed');
  expect(commands).toEqual([id, id]);
  expect(warnings).toMatchObject([{ kind: task.name, job: id, tries: 1, correlationId: cause.correlationId }]);
});

test('what was due long ago, as at an upgrade, comes after what is due now', async () => {
  const done: string[] = [];
  const single = defineJob<Task>('single', { atOnce: 1 });
  const dueFor = (name: string, ms: number) => single.job({ name }, { at: plusMs(now(), -ms) });
  await plan(dueFor('of history', 2 * HOUR), dueFor('of history', 2 * HOUR), dueFor('of today', 1_000));
  await start(
    handler(async ({ data }) => {
      done.push(data.name);
      return undefined;
    }, single),
  );
  await until(() => done.length === 3);
  expect(done).toEqual(['of today', 'of history', 'of history']);
});

test('after an outage of days a job is tried again within seconds, in queues of earlier builds too', async () => {
  await plan(task.job({ name: 'x' }));
  await pool.query(`update yoyaku_jobs.queue set retry_limit = 50, retry_delay_max = 3600 where name = $1`, [
    task.name,
  ]);
  const tried: number[] = [];
  await start(handler(async () => Promise.reject(new Error(`away ${tried.push(1)}`))));
  await plan(task.job({ name: 'y' }));
  await until(() => tried.length >= 2);
  const { rows } = await pool.query(
    `update yoyaku_jobs.job set retry_count = 1000, state = 'retry', start_after = now()
     where name = $1 and data->'data'->>'name' = 'y' returning retry_limit > 20000 as "forDays", id`,
    [task.name],
  );
  expect(rows[0].forDays).toBe(true);
  await until(async () => {
    const { rows: found } = await pool.query(
      `select start_after < now() + interval '21 seconds' as soon from yoyaku_jobs.job
       where id = $1 and state = 'retry' and retry_count = 1001`,
      [rows[0].id],
    );
    return found[0]?.soon === true;
  });
});

test('a job that is tried in vain is set aside, with the kind of error and nothing of its text', async () => {
  const fragile = defineJob<Task>('fragile', { retries: 0 });
  await start(handler(async () => Promise.reject(new Error('of Hanako')), fragile));
  await plan(fragile.job({ name: 'x' }));
  await until(async () => (await states('failed-jobs')).length === 1);
  const { rows } = await pool.query(`select output::text as output from yoyaku_jobs.job where state = 'failed'`);
  expect(rows).toHaveLength(1);
  expect(rows[0].output).not.toContain('Hanako');
});

test('an operator sees what was tried in vain, and has it tried again', async () => {
  const admin = new JobAdmin(servers.databaseUrl, pool);
  const stubborn = defineJob<Task>('stubborn', { retries: 0 });
  const done: string[] = [];
  let isMended = false;
  await start(
    handler(async ({ data }) => {
      if (!isMended) throw new Error('not mended');
      done.push(data.name);
      return undefined;
    }, stubborn),
  );
  const status = async () => (await admin.list()).find(({ kind }) => kind === 'stubborn');
  await plan(stubborn.job({ name: 'x' }), stubborn.job({ name: 'later' }, { at: plusMs(now(), 3_600_000) }));
  await until(async () => (await status())?.failed === 1);
  expect(await status()).toMatchObject({ planned: 1, due: 0, active: 0, waitingSince: null });
  isMended = true;
  expect(await admin.retryFailed()).toBeGreaterThan(0);
  await until(() => done.length === 1);
  expect(await status()).toMatchObject({ failed: 0, planned: 1 });
});

test('a job that never ends holds up no other of its kind, and is tried again', async () => {
  const done: string[] = [];
  const signals: AbortSignal[] = [];
  await start();
  await plan(task.job({ name: 'stuck' }), task.job({ name: 'beside' }));
  await pool.query('update yoyaku_jobs.job set expire_seconds = 4 where name = $1', [task.name]);
  await start(
    handler(({ data, signal }) => {
      if (data.name === 'stuck' && signals.push(signal) === 1) return new Promise(() => {});
      done.push(data.name);
      return Promise.resolve(undefined);
    }),
  );
  await until(() => signals.length > 0);
  await plan(task.job({ name: 'later' }));
  await until(async () => (await states(task.name)).every((state) => state === 'completed'));
  expect(done.toSorted()).toEqual(['beside', 'later', 'stuck']);
  expect(signals[0]?.aborted).toBe(true);
});

test('jobs of a kind that this build does not know wait for one that does', async () => {
  const done: string[] = [];
  await start(
    handler(async ({ data }) => {
      done.push(data.name);
      return undefined;
    }),
  );
  const newer = defineJob<Task>('of-a-newer-build');
  await plan(newer.job({ name: 'newer' }), task.job({ name: 'known' }));
  await until(() => done.length === 1);
  expect(await states(newer.name)).toEqual(['created']);
  await start(handler(async () => undefined, newer));
  await until(async () => (await states(newer.name))[0] === 'completed');
});

test('what a process held that fell silent is done by another', async () => {
  const done: string[] = [];
  await start(handler(() => new Promise(() => {})));
  await plan(task.job({ name: 'x' }));
  await until(async () => (await states(task.name))[0] === 'active');
  await start(
    handler(async ({ data }) => {
      done.push(data.name);
      return undefined;
    }),
  );
  await until(async () => {
    await fallSilent();
    return done.length === 1;
  });
});

test('no job is lost when PostgreSQL breaks every connection in the middle of the work', async () => {
  const done: string[] = [];
  await start(
    handler(async ({ data }) => {
      done.push(data.name);
      return undefined;
    }),
  );
  await plan(...tasks(40));
  const breaking = createPool(servers.databaseUrl, { max: 1 });
  for (let i = 0; i < 3; i++) {
    await breaking.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    await plan(...tasks(5)).catch(() => {});
  }
  await breaking.end();
  const areDone = async () => {
    await fallSilent();
    const all = await states(task.name);
    return all.length >= 40 && all.every((state) => state === 'completed');
  };
  // Who asks may itself be on a connection that breaks.
  await until(() => areDone().catch(() => false));
  expect(new Set(done).size).toBe(40);
});

test('many processes make the tables at once, beside those of others who use pg-boss too', async () => {
  const other = await startServers();
  const itsPool = createPool(other.databaseUrl);
  await itsPool.query(
    'create schema pgboss; create table pgboss.version (version int); insert into pgboss.version values (1)',
  );
  const made = Array.from(
    { length: 4 },
    () =>
      new JobWorkers({
        databaseUrl: other.databaseUrl,
        pool: itsPool,
        handlers: [handler(async () => undefined)],
        log,
      }),
  );
  await Promise.all(made.map((one) => one.start()));
  expect((await itsPool.query('select version from pgboss.version')).rows).toEqual([{ version: 1 }]);
  expect((await itsPool.query('select name from yoyaku_jobs.queue order by 1')).rows).toEqual([
    { name: 'failed-jobs' },
    { name: task.name },
  ]);
  await Promise.all(made.map((one) => one.stop()));
  expect(warnings).toEqual([]);
  await itsPool.end();
  await other.stop();
});
