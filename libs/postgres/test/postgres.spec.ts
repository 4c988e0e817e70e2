import { once } from 'node:events';
import {
  createPool,
  MasterKeyMissing,
  migrate,
  Notifications,
  PostgresSubjectKeys,
  transaction,
  whileHolding,
} from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';

const MASTER_KEY = Buffer.alloc(32, 7);

let servers: TestServers;
let pool: Pool;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  await Promise.all([migrate(servers.databaseUrl), migrate(servers.databaseUrl)]);
});

afterAll(async () => {
  await pool.end();
  await servers.stop();
});

test('reads values in the forms of the kernel', async () => {
  const { rows } = await pool.query(`select '2026-04-01 18:00+09'::timestamptz as whole,
    '2026-04-01 09:00:00.12Z'::timestamptz as fraction, '2026-04-01'::date as date, 9007199254740991::bigint as long`);
  expect(rows).toEqual([
    {
      whole: '2026-04-01T09:00:00Z',
      fraction: '2026-04-01T09:00:00.120Z',
      date: '2026-04-01',
      long: Number.MAX_SAFE_INTEGER,
    },
  ]);
});

test('reads the same from a database, and as a role, that have set everything otherwise', async () => {
  const { pathname, username } = new URL(servers.databaseUrl);
  const odd = {
    timezone: 'Asia/Tokyo',
    datestyle: 'German',
    intervalstyle: 'sql_standard',
    bytea_output: 'escape',
    extra_float_digits: '-5',
    default_transaction_isolation: 'serializable',
    statement_timeout: '1ms',
  };
  for (const [setting, value] of Object.entries(odd)) {
    await pool.query(`alter role "${username}" in database "${pathname.slice(1)}" set ${setting} = '${value}'`);
  }
  const fresh = createPool(servers.databaseUrl, { max: 1 });
  const { rows } = await fresh.query(`select '2026-04-01 18:00+09'::timestamptz as instant, '2026-04-01'::date as date,
    interval '1 day 2 hours'::text as interval, '\\x00ff'::bytea as bytes, 0.1::float8 + 0.2::float8 as float,
    current_setting('transaction_isolation') as isolation`);
  expect(rows).toEqual([
    {
      instant: '2026-04-01T09:00:00Z',
      date: '2026-04-01',
      interval: '1 day 02:00:00',
      bytes: Buffer.from([0, 255]),
      float: 0.1 + 0.2,
      isolation: 'read committed',
    },
  ]);
  await fresh.end();
  await pool.query(`alter role "${username}" in database "${pathname.slice(1)}" reset all`);
});

test('a transaction that throws leaves nothing', async () => {
  await pool.query('create table app.probe (id int)');
  const failing = transaction(pool, async (client) => {
    await client.query('insert into app.probe values (1)');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await pool.query('select * from app.probe')).rows).toEqual([]);
});

test('runs under a lock in one place at a time, and again elsewhere once its connection is cut', async () => {
  const log: string[] = [];
  const both = new AbortController();
  const entered = new EventTarget();
  const run = (name: string) =>
    whileHolding(
      { url: servers.databaseUrl, lock: 'probe', signal: both.signal, onError: () => {} },
      async (signal) => {
        log.push(`${name} in`);
        entered.dispatchEvent(new Event('in'));
        await once(signal, 'abort');
        log.push(`${name} out`);
      },
    );
  const first = once(entered, 'in');
  const running = [run('a'), run('b')];
  await first;
  const second = once(entered, 'in');
  await pool.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())`);
  await second;
  both.abort();
  await Promise.all(running);
  expect(log).toHaveLength(4);
  expect(log[0]?.slice(2)).toBe('in');
  expect(log[1]).toBe(`${log[0]?.[0]} out`);
});

describe('subject keys', () => {
  const keys = (): PostgresSubjectKeys => new PostgresSubjectKeys(pool, MASTER_KEY);

  test('are the same in every process, also when first asked for at once', async () => {
    const subjects = ['ann', 'ben', 'cho'];
    const [a, b] = await Promise.all([keys().ensure(subjects), keys().ensure([...subjects].reverse())]);
    expect([...a.keys()].sort()).toEqual(subjects);
    for (const subject of subjects) expect(b.get(subject)).toEqual(a.get(subject));
    expect(await keys().find(['ann', 'nobody'])).toEqual(new Map([['ann', a.get('ann')]]));
  });

  test('cannot be unwrapped by another master key', async () => {
    await keys().ensure(['dan']);
    await expect(new PostgresSubjectKeys(pool, Buffer.alloc(32, 8)).find(['dan'])).rejects.toThrow();
  });

  test('go over from one master key to another while both are in use, and those of earlier builds too', async () => {
    const [old, next] = [MASTER_KEY, Buffer.alloc(32, 9)];
    const [before, reading, after] = [
      new PostgresSubjectKeys(pool, old),
      new PostgresSubjectKeys(pool, old, [next]),
      new PostgresSubjectKeys(pool, next, [old]),
    ];
    const rotated = ['fay', 'gil', 'hal', 'ida'];
    const first = await before.ensure(['fay', 'gil', 'hal']);
    await pool.query(`update app.subject_keys set master = null where subject = 'gil'`);
    const second = await after.ensure(rotated);
    expect(second.get('fay')).toEqual(first.get('fay'));
    expect(await reading.find(['ida'])).toEqual(new Map([['ida', second.get('ida')]]));

    await after.destroy('hal');
    expect(await after.rewrap()).toBeGreaterThanOrEqual(2);
    expect(await after.rewrap()).toBe(0);
    const alone = await new PostgresSubjectKeys(pool, next).find(rotated);
    expect(alone).toEqual(new Map(['fay', 'gil', 'ida'].map((subject) => [subject, second.get(subject)])));
    await expect(before.find(['ida'])).rejects.toThrow(MasterKeyMissing);
    await expect(before.find(['ida'])).rejects.toThrow(/^The key of ida is wrapped by master key [0-9a-f]{16}/);
    await new PostgresSubjectKeys(pool, old, [next]).rewrap();
  });

  test('once destroyed are gone from every cache and never made again', async () => {
    const notifications = new Notifications(servers.databaseUrl);
    const cached = keys();
    await cached.cacheWhileHearing(notifications);
    await cached.ensure(['eve']);
    const heard = new Promise<void>((resolve) => {
      void notifications.listen('subject_key_destroyed', { onNotification: () => resolve() });
    });
    await keys().destroy('eve');
    await heard;
    expect((await cached.find(['eve'])).size).toBe(0);
    expect((await cached.ensure(['eve'])).size).toBe(0);
    await notifications.close();
  });
});
