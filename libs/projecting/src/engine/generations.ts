import { transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import type { Table } from '../table';
import { definitionOf } from './definition';
import { type Generation, schemaOf, WHOLE } from './shard';
import { quoted } from './table-sql';

/** The generation that verifications fill; it never serves. */
export const TRIAL = 0;

/** Empty tables without their indexes, and one checkpoint at the beginning for all partitions together. */
export async function createTables(client: PoolClient, generation: Generation, rebuild: string | null): Promise<void> {
  const { projection, number, schema, tables } = generation;
  await dropTables(client, projection.name, number);
  await client.query(`create schema ${quoted(schema)}`);
  for (const table of tables.values()) await client.query(table.create);
  await client.query(
    'insert into projecting.checkpoints (projection, generation, partition, position, built_for) values ($1, $2, $3, 0, $4)',
    [projection.name, number, WHOLE, rebuild],
  );
}

export async function dropTables(client: PoolClient, projection: string, generation: number): Promise<void> {
  await client.query(`drop schema if exists ${quoted(schemaOf(projection, generation))} cascade`);
  await client.query('delete from projecting.checkpoints where (projection, generation) = ($1, $2)', [
    projection,
    generation,
  ]);
}

export const indexesOf = (generation: Generation): string[] =>
  [...generation.tables.values()].flatMap(({ indexes }) => indexes);

/**
 * Puts a filled generation into the place of the current one: views, checkpoints of its partitions, the record of what
 * is installed. The tables of the one before are noted as retired.
 */
export async function makeCurrent(
  client: PoolClient,
  generation: Generation,
  { partitions, position }: { partitions: number; position: bigint },
): Promise<void> {
  const { projection, number, tables } = generation;
  const { name, version, digest } = definitionOf(projection);
  const { rows } = await client.query<{ generation: number; tables: string[] }>(
    'select generation, tables from projecting.projections where name = $1',
    [name],
  );
  const [before] = rows;
  await client.query('create schema if not exists read');
  for (const table of before?.tables ?? []) await client.query(`drop view if exists read.${quoted(table)}`);
  for (const [property, table] of tables) {
    const view = `read.${quoted(projection.tables[property].name)}`;
    await client.query(`create or replace view ${view} as select * from ${table.name}`);
  }
  if (before) {
    await client.query('insert into projecting.retired (schema) values ($1) on conflict do nothing', [
      schemaOf(name, before.generation),
    ]);
  }
  await client.query(
    `insert into projecting.projections (name, version, digest, generation, tables) values ($1, $2, $3, $4, $5)
     on conflict (name) do update set version = excluded.version, digest = excluded.digest,
       generation = excluded.generation, tables = excluded.tables`,
    [name, version, digest, number, Object.values<Table>(projection.tables).map((table) => table.name)],
  );
  await client.query('delete from projecting.checkpoints where projection = $1', [name]);
  await client.query(
    `insert into projecting.checkpoints (projection, generation, partition, position)
     select $1, $2, partition, $4 from generate_series(0, $3 - 1) partition`,
    [name, number, partitions, `${position}`],
  );
}

/** Drops what rebuilds left behind that will not be finished. */
export async function dropAbandoned(pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    const { rows } = await client.query<{ projection: string; generation: number }>(
      `select projection, generation from projecting.checkpoints c
       where partition = $1 and generation <> $2 and not exists (
         select from projecting.rebuilds r where r.id = c.built_for and r.state in ('running', 'paused'))
       for update`,
      [WHOLE, TRIAL],
    );
    for (const { projection, generation } of rows) await dropTables(client, projection, generation);
  });
}

/** Drops what was replaced, as soon as no query uses it any more. */
export async function dropRetired(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ schema: string }>('select schema from projecting.retired');
  for (const { schema } of rows) {
    const client = await pool.connect();
    try {
      await client.query(`set lock_timeout = '1s'`);
      await client.query(`drop schema if exists ${quoted(schema)} cascade`);
      await client.query('delete from projecting.retired where schema = $1', [schema]);
    } finally {
      await client.query('reset lock_timeout').catch(() => {});
      client.release();
    }
  }
}
