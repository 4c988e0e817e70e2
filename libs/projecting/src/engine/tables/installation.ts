import { transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import type { AnyProjection } from '../../projection';
import type { Table } from '../../table';
import { CHANGED } from '../running/channels';
import { type Definition, definitionOf, ENGINE, partitionsOf, type Standing, standingOf } from './definition';
import { Generation, WHOLE } from './generation';
import { createTables, indexesOf, makeCurrent } from './generations';

/** SQLSTATE with which {@link MOVE} and {@link MOVE_PARTIES} refuse. */
export const CHECKPOINT_MOVED = 'YK001';

/** SQLSTATE with which a write over another's row is refused. */
const FOREIGN_ROW = 'YK002';

/** Functions in PostgreSQL that move shards and quarantined parties; both take JSON. */
export const MOVE = `projecting.move_${ENGINE}`;
export const MOVE_PARTIES = `projecting.move_parties_${ENGINE}`;

const ADMIN_SCHEMA = `
  create schema if not exists projecting;
  create schema if not exists read;
  create table if not exists projecting.installation (
    one boolean primary key default true check (one), partitions integer not null);
  create table if not exists projecting.projections (
    name text primary key, version integer not null, digest text not null, generation integer not null,
    tables text[] not null);
  create table if not exists projecting.checkpoints (
    projection text, generation integer, partition integer,
    position bigint not null, sequence bigint, at timestamptz,
    state text not null default 'live' check (state in ('live', 'paused', 'failed')),
    failure jsonb, owner uuid, built_for uuid,
    primary key (projection, generation, partition)) with (fillfactor = 50);
  do $$ begin
    if not exists (select from pg_attribute
                   where attrelid = 'projecting.checkpoints'::regclass and attname = 'unreadable') then
      alter table projecting.checkpoints add column unreadable jsonb;
    end if;
  end $$;
  -- Parties (a tenant, or of the platform's own events a stream) whose events a partition leaves out, since one of
  -- them could not be applied; how far each is, and why it stopped (null: it catches up).
  create table if not exists projecting.quarantined (
    projection text, generation integer, partition integer not null, party text, position bigint not null,
    failure jsonb, primary key (projection, generation, party));
  create table if not exists projecting.workers (
    id uuid primary key, beat_at timestamptz not null, status jsonb not null);
  create table if not exists projecting.rebuilds (
    id uuid primary key, definitions jsonb not null, projections text[] not null,
    state text not null default 'running' check (state in ('running', 'paused', 'done', 'failed', 'cancelled')),
    requested_by text not null, requested_at timestamptz not null default now(), ended_at timestamptz,
    processed bigint not null default 0, position bigint not null default 0, head bigint not null default 0,
    rate float8 not null default 0, swap_ms integer, failure jsonb);
  alter table projecting.rebuilds add column if not exists swap_ms integer;
  create table if not exists projecting.retired (schema text primary key);

  -- For tables' own statements, where a row that is to be written or removed has another owner.
  create or replace function projecting.refuse_foreign_row(name text) returns bigint language plpgsql as $$
  begin
    raise exception 'A row of % belongs to another stream or tenant', name using errcode = '${FOREIGN_ROW}';
  end $$;

  -- Moves checkpoints by compare-and-set; one that is not where its mover believes it to be refuses them all.
  create or replace function ${MOVE}(moves json) returns void language plpgsql as $$
  declare moved integer;
  begin
    update projecting.checkpoints c
    set position = m."to", sequence = m.sequence, at = coalesce(m.at, c.at), failure = m.failure,
        state = case when m.failure is null then 'live' else 'failed' end,
        -- Who cannot read on lets go, and says so beside those who could not before.
        owner = case when m.unreadable is null then c.owner end,
        unreadable = case when m.unreadable is null then null else m.unreadable ||
          jsonb_build_object('builds', coalesce(c.unreadable->'builds', '[]') || (m.unreadable->'builds')) end
    from json_to_recordset(moves) as m(projection text, generation integer, partition integer, owner uuid,
      "from" bigint, "to" bigint, quarantined integer, sequence bigint, at timestamptz, failure jsonb, unreadable jsonb)
    where (c.projection, c.generation, c.partition) = (m.projection, m.generation, m.partition)
      and c.position = m."from" and c.owner = m.owner and c.state = 'live'
      -- While the position stands, parties only come back; so their number tells whether they are the mover's. Mostly
      -- there are none at all, which is asked once and not for each checkpoint.
      and (m.quarantined = 0 and not exists (select from projecting.quarantined)
        or m.quarantined = (
          select count(*) from projecting.quarantined q
          where (q.projection, q.generation) = (c.projection, c.generation)
            and c.partition in (q.partition, ${WHOLE})));
    get diagnostics moved = row_count;
    if moved < json_array_length(moves) then
      raise exception 'A checkpoint is not where it was left' using errcode = '${CHECKPOINT_MOVED}';
    end if;
  end $$;

  -- The same for quarantined parties; who moves one must own its partition.
  create or replace function ${MOVE_PARTIES}(moves json) returns void language plpgsql as $$
  declare moved integer;
  begin
    with m as (
      select m.* from json_to_recordset(moves) as m(projection text, generation integer, partition integer, party text,
        owner uuid, "from" bigint, "to" bigint, failure jsonb)
      join projecting.checkpoints c on (c.projection, c.generation, c.owner) = (m.projection, m.generation, m.owner)
        and c.partition in (m.partition, ${WHOLE})),
    added as (
      insert into projecting.quarantined (projection, generation, partition, party, position, failure)
      select projection, generation, partition, party, "to", failure from m where "from" is null
      on conflict do nothing returning 1),
    gone as (
      delete from projecting.quarantined q using m
      where (q.projection, q.generation, q.party, q.position) = (m.projection, m.generation, m.party, m."from")
        and m."to" is null returning 1),
    changed as (
      update projecting.quarantined q set position = m."to", failure = m.failure from m
      where (q.projection, q.generation, q.party, q.position) = (m.projection, m.generation, m.party, m."from")
        and m."to" is not null returning 1)
    select (select count(*) from added) + (select count(*) from gone) + (select count(*) from changed) into moved;
    if moved < json_array_length(moves) then
      raise exception 'A quarantined party is not where it was left' using errcode = '${CHECKPOINT_MOVED}';
    end if;
  end $$;`;

/**
 * Makes the engine's own tables where there are none, for those who ask for the state of projections. Where they are,
 * nothing is done: they may be those of a newer build, whose projector made them.
 */
export const prepareEngine = (pool: Pool): Promise<void> =>
  transaction(pool, async (client) => {
    const { rows } = await client.query(`select to_regclass('projecting.retired') as there`);
    if (rows[0].there === null) await makeAdminSchema(client);
  });

/** Lets nobody else install, or drop, projections within this transaction. */
export async function lockInstallation(client: PoolClient): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('yoyaku.projecting'))`);
}

async function makeAdminSchema(client: PoolClient): Promise<void> {
  await lockInstallation(client);
  await client.query(ADMIN_SCHEMA);
}

/** Bytes of log, as positions count them: what is longer is not caught up with in passing. */
const SHORT = 16n << 20n;

/**
 * Makes what the engine needs, and the tables of projections not seen before, unless the store already holds so much
 * that these are to be built first and then shown: such a one stands as newer than nothing. Says how each stands.
 */
export async function install(
  pool: Pool,
  projections: readonly AnyProjection[],
  partitions: number,
  head: bigint,
): Promise<ReadonlyMap<AnyProjection, Standing>> {
  refuseMistakes(projections);
  return transaction(pool, async (client) => {
    await makeAdminSchema(client);
    await client.query('insert into projecting.installation (partitions) values ($1) on conflict do nothing', [
      partitions,
    ]);
    const { rows: installations } = await client.query('select partitions from projecting.installation');
    if (installations[0].partitions !== partitions) {
      throw new Error(`PARTITIONS is ${partitions}; this installation has ${installations[0].partitions} for good`);
    }
    const { rows } = await client.query<Definition>('select name, version, digest from projecting.projections');
    const installed = new Map(rows.map((row) => [row.name, row]));
    const standings = new Map<AnyProjection, Standing>();
    // Told with the commit: where read models begin anew, whoever knows how far they were must not go by that.
    await client.query(`select pg_notify('${CHANGED}', '')`);
    for (const projection of projections) {
      const definition = definitionOf(projection);
      const found = installed.get(projection.name);
      const first = head > SHORT ? 'newer' : 'current';
      standings.set(projection, found ? standingOf(definition, found) : first);
      if (found || first === 'newer') continue;
      const generation = new Generation(projection, 1);
      await createTables(client, generation, null);
      for (const sql of indexesOf(generation)) await client.query(sql);
      await makeCurrent(client, [{ generation, partitions: partitionsOf(projection, partitions), position: 0n }]);
    }
    return standings;
  });
}

function refuseMistakes(projections: readonly AnyProjection[]): void {
  const names = projections.map(({ name }) => name);
  const tables = projections.flatMap((projection) => Object.values<Table>(projection.tables).map(({ name }) => name));
  for (const [what, all] of Object.entries({ projection: names, table: tables })) {
    const double = all.find((name, i) => all.indexOf(name) !== i);
    if (double) throw new Error(`There are two of the ${what} ${double}`);
  }
  for (const { name, tables: its, global } of projections) {
    const shared = Object.values<Table>(its).find(({ owner }) => owner === 'anyone');
    if (shared && !global) throw new Error(`${shared.name} of ${name} is anyone's, but ${name} is not global`);
  }
}
