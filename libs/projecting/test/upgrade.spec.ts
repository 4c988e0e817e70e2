import { newUuid } from '@yoyaku/kernel';
import { createPool, runMigrations } from '@yoyaku/postgres';
import { installProjections, ProjectionAdmin, projectingMigrations } from '@yoyaku/projecting';
import { startServers } from '@yoyaku/testing';
import { tally } from './tally';

/** The engine's tables as an earlier build made them, as far as later ones have changed them. */
const EARLIER = `
  create schema projecting;
  create table projecting.checkpoints (
    projection text, generation integer, partition integer,
    position bigint not null, sequence bigint, at timestamptz,
    state text not null default 'live' check (state in ('live', 'paused', 'failed')),
    failure jsonb, owner uuid, built_for uuid,
    primary key (projection, generation, partition)) with (fillfactor = 50);
  create table projecting.skips (
    projection text, version integer, event_id uuid, partition integer not null, failure jsonb not null,
    reason text not null, skipped_by text not null, skipped_at timestamptz not null default now(),
    primary key (projection, version, event_id));`;

test('what an earlier build skipped stays skipped, and its tables go on to be used', async () => {
  const { databaseUrl, stop } = await startServers();
  const pool = createPool(databaseUrl);
  await pool.query(EARLIER);
  const failure = { eventId: newUuid(), type: 'AccountCursed' };
  for (const version of [1, 2]) {
    await pool.query(
      `insert into projecting.skips (projection, version, event_id, partition, failure, reason, skipped_by)
       values ('tally', $1, $2, 3, $3, 'harmless', 'ops')`,
      [version, failure.eventId, failure],
    );
  }
  await runMigrations(databaseUrl, projectingMigrations);
  await installProjections(pool, [tally], 4, 0n);
  const admin = new ProjectionAdmin(pool, [tally]);
  expect(await admin.skips('tally')).toEqual([{ failure, reason: 'harmless', by: 'ops', at: expect.any(String) }]);
  expect(await admin.get('tally')).toMatchObject({ state: 'live', partitions: { length: 4 }, quarantined: [] });
  await pool.end();
  await stop();
});

test('a read model that no build knows any more can be dropped, and no other', async () => {
  const { databaseUrl, stop } = await startServers();
  const pool = createPool(databaseUrl);
  await runMigrations(databaseUrl, projectingMigrations);
  await installProjections(pool, [tally], 4, 0n);
  const later = new ProjectionAdmin(pool, []);
  const inUse = 'projection.in_use';
  await expect(new ProjectionAdmin(pool, [tally]).drop('tally')).rejects.toThrow(inUse);
  await pool.query('insert into projecting.workers values ($1, clock_timestamp(), $2)', [
    newUuid(),
    { runs: { tally: '1 digest' } },
  ]);
  await expect(later.drop('tally')).rejects.toThrow(inUse);
  await pool.query(`update projecting.workers set beat_at = clock_timestamp() - interval '3 seconds'`);
  await pool.query('create view public.report as select balance from read.accounts');
  await expect(later.drop('tally')).rejects.toThrow(inUse);
  expect(await later.list()).toHaveLength(1);
  await pool.query('drop view public.report');

  await later.drop('tally');
  expect(await later.list()).toEqual([]);
  await expect(later.drop('tally')).rejects.toThrow('projection.not_found');
  const { rows } = await pool.query(
    `select relname from pg_class c join pg_namespace n on n.oid = relnamespace
     where nspname in ('read', 'tally_g1') union all select projection from projecting.checkpoints`,
  );
  expect(rows).toEqual([]);
  await installProjections(pool, [tally], 4, 0n);
  expect(await later.list()).toHaveLength(1);
  await pool.end();
  await stop();
});

test('the engine is made by a migration, once, and again by whoever finds it dropped', async () => {
  const { databaseUrl, stop } = await startServers();
  const pool = createPool(databaseUrl);
  const functions = async () => {
    const { rows } = await pool.query<{ xmin: string }>(
      `select p.xmin from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = 'projecting'`,
    );
    return rows.map(({ xmin }) => xmin);
  };
  await runMigrations(databaseUrl, projectingMigrations);
  const made = await functions();
  expect(made).toHaveLength(3);
  await runMigrations(databaseUrl, projectingMigrations);
  await installProjections(pool, [tally], 4, 0n);
  expect(await functions()).toEqual(made);
  await pool.query('drop schema projecting cascade; drop schema read cascade; drop schema tally_g1 cascade');
  await installProjections(pool, [tally], 4, 0n);
  expect(await functions()).toHaveLength(3);
  expect(await new ProjectionAdmin(pool, [tally]).get('tally')).toMatchObject({ state: 'live' });
  for (const part of ['table projecting.workers', 'function projecting.refuse_foreign_row']) {
    await pool.query(`drop ${part}`);
    await installProjections(pool, [tally], 4, 0n);
    await expect(pool.query(`drop ${part}`)).resolves.toBeDefined();
  }
  await pool.end();
  await stop();
});
