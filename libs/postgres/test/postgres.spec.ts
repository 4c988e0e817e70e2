import { once } from 'node:events';
import { createPool, postgresMigrations, runMigrations, transaction, whileHolding } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';

let servers: TestServers;
let pool: Pool;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  await Promise.all([
    runMigrations(servers.databaseUrl, postgresMigrations),
    runMigrations(servers.databaseUrl, postgresMigrations),
  ]);
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
