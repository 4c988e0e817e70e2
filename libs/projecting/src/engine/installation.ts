import { createHash } from 'node:crypto';
import { transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import type { AnyProjection } from '../projection';
import type { Table } from '../table';
import { Generation } from './shard';
import { quoted } from './table-sql';

/** SQLSTATE with which `projecting.move` refuses. */
export const CHECKPOINT_MOVED = 'YK001';

const ADMIN_SCHEMA = `
  create schema if not exists projecting;
  create schema if not exists read;
  create table if not exists projecting.installation (
    one boolean primary key default true check (one), partitions integer not null);
  create table if not exists projecting.projections (
    name text primary key, version integer not null, digest text not null, generation integer not null);
  create table if not exists projecting.checkpoints (
    projection text, generation integer, partition integer,
    position bigint not null, sequence bigint, at timestamptz,
    state text not null default 'live' check (state in ('live', 'paused', 'failed')),
    failure jsonb, owner uuid,
    primary key (projection, generation, partition)) with (fillfactor = 50);
  create table if not exists projecting.workers (
    id uuid primary key, beat_at timestamptz not null, status jsonb not null);
  create table if not exists projecting.skips (
    projection text, version integer, event_id uuid, partition integer not null, failure jsonb not null,
    reason text not null, skipped_by text not null, skipped_at timestamptz not null default now(),
    primary key (projection, version, event_id));

  -- Moves checkpoints by compare-and-set; one that is not where its mover believes it to be refuses them all.
  create or replace function projecting.move(moves json) returns void language plpgsql as $$
  declare moved integer;
  begin
    update projecting.checkpoints c
    set position = m."to", sequence = m.sequence, at = coalesce(m.at, c.at), failure = m.failure,
        state = case when m.failure is null then 'live' else 'failed' end
    from json_to_recordset(moves) as m(projection text, generation integer, partition integer, owner uuid,
      "from" bigint, "to" bigint, sequence bigint, at timestamptz, failure jsonb)
    where (c.projection, c.generation, c.partition) = (m.projection, m.generation, m.partition)
      and c.position = m."from" and c.owner = m.owner and c.state = 'live';
    get diagnostics moved = row_count;
    if moved < json_array_length(moves) then
      raise exception 'A checkpoint is not where it was left' using errcode = '${CHECKPOINT_MOVED}';
    end if;
  end $$;`;

/** How a projection of this build stands to what is installed. */
export type Standing =
  /** Installed as it is here. */
  | 'current'
  /** Here is a newer version: it is to be built beside the old one. */
  | 'newer'
  /** A newer version is installed: this build is being replaced, and leaves it alone. */
  | 'older'
  /** The same version, but another definition: a mistake, and refused. */
  | 'changed';

/** Makes what the engine needs, and the tables of projections not seen before. Says how each projection stands. */
export async function install(
  pool: Pool,
  projections: readonly AnyProjection[],
  partitions: number,
): Promise<ReadonlyMap<string, { standing: Standing; generation: number }>> {
  refuseDoubles(projections);
  return transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('yoyaku.projecting'))`);
    await client.query(ADMIN_SCHEMA);
    await fixPartitions(client, partitions);
    const { rows } = await client.query<Installed>('select * from projecting.projections');
    const installed = new Map(rows.map((row) => [row.name, row]));
    const standings = new Map<string, { standing: Standing; generation: number }>();
    for (const projection of projections) {
      const found = installed.get(projection.name) ?? (await installFirst(client, projection, partitions));
      standings.set(projection.name, { standing: standingOf(projection, found), generation: found.generation });
    }
    return standings;
  });
}

interface Installed {
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly generation: number;
}

/** SHA-256, hex, over tables and the source of the handlers. */
export function digestOf({ version, tables, on, onEvery, global }: AnyProjection): string {
  const handlers = Object.entries(on).map(([type, handler]) => [type, String(handler)]);
  return createHash('sha256')
    .update(JSON.stringify([version, tables, handlers, String(onEvery), global === true]))
    .digest('hex');
}

/** Partitions of a projection: all of the installation's, or one that takes everything. */
export const partitionsOf = (projection: AnyProjection, partitions: number): number =>
  projection.global ? 1 : partitions;

function standingOf(projection: AnyProjection, { version, digest }: Installed): Standing {
  if (projection.version > version) return 'newer';
  if (projection.version < version) return 'older';
  return digest === digestOf(projection) ? 'current' : 'changed';
}

async function installFirst(client: PoolClient, projection: AnyProjection, partitions: number): Promise<Installed> {
  const generation = new Generation(projection, 1);
  await createTables(client, generation, partitionsOf(projection, partitions));
  for (const sql of indexesOf(generation)) await client.query(sql);
  await showGeneration(client, generation);
  const { name, version } = projection;
  const installed = { name, version, digest: digestOf(projection), generation: 1 };
  await client.query(
    'insert into projecting.projections (name, version, digest, generation) values ($1, $2, $3, $4)',
    Object.values(installed),
  );
  return installed;
}

/** Empty tables without their indexes, and checkpoints at the beginning. */
export async function createTables(client: PoolClient, generation: Generation, partitions: number): Promise<void> {
  await client.query(`drop schema if exists ${quoted(generation.schema)} cascade`);
  await client.query(`create schema ${quoted(generation.schema)}`);
  for (const table of generation.tables.values()) await client.query(table.create);
  await client.query(
    `insert into projecting.checkpoints (projection, generation, partition, position)
     select $1, $2, partition, 0 from generate_series(0, $3 - 1) partition`,
    [generation.projection.name, generation.number, partitions],
  );
}

export const indexesOf = (generation: Generation): string[] =>
  [...generation.tables.values()].flatMap(({ indexes }) => indexes);

/** Points the views `read.<table>` at that generation. */
export async function showGeneration(client: PoolClient, { projection, tables }: Generation): Promise<void> {
  for (const [name, table] of tables) {
    const view = `read.${quoted(projection.tables[name].name)}`;
    await client.query(`drop view if exists ${view}`);
    await client.query(`create view ${view} as select * from ${table.name}`);
  }
}

async function fixPartitions(client: PoolClient, partitions: number): Promise<void> {
  await client.query('insert into projecting.installation (partitions) values ($1) on conflict do nothing', [
    partitions,
  ]);
  const { rows } = await client.query('select partitions from projecting.installation');
  if (rows[0].partitions !== partitions) {
    throw new Error(`Installed with ${rows[0].partitions} partitions, which is fixed; PARTITIONS says ${partitions}`);
  }
}

function refuseDoubles(projections: readonly AnyProjection[]): void {
  const names = projections.map(({ name }) => name);
  const tables = projections.flatMap((projection) => Object.values<Table>(projection.tables).map(({ name }) => name));
  for (const [what, all] of Object.entries({ projection: names, table: tables })) {
    const double = all.find((name, i) => all.indexOf(name) !== i);
    if (double) throw new Error(`There are two of the ${what} ${double}`);
  }
}
