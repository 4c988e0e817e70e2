import { newUuid } from '@yoyaku/kernel';
import { createPool, migrate } from '@yoyaku/postgres';
import { installProjections, ProjectionAdmin } from '@yoyaku/projecting';
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
  await migrate(databaseUrl);
  await installProjections(pool, [tally], 4, 0n);
  const admin = new ProjectionAdmin(pool, [tally]);
  expect(await admin.skips('tally')).toEqual([{ failure, reason: 'harmless', by: 'ops', at: expect.any(String) }]);
  expect(await admin.get('tally')).toMatchObject({ state: 'live', partitions: { length: 4 }, quarantined: [] });
  await pool.end();
  await stop();
});
