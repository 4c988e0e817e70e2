import { transaction } from '@yoyaku/postgres';
import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import type { Table } from '../../table';
import { definitionOf } from './definition';
import { type Generation, schemaOf, WHOLE } from './generation';
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
  for (const table of ['checkpoints', 'quarantined']) {
    await client.query(`delete from projecting.${table} where (projection, generation) = ($1, $2)`, [
      projection,
      generation,
    ]);
  }
}

export const indexesOf = (generation: Generation): string[] =>
  [...generation.tables.values()].flatMap(({ indexes }) => indexes);

/** A filled generation that is to serve, its partitions, and how far it is filled. */
export interface Successor {
  readonly generation: Generation;
  readonly partitions: number;
  readonly position: bigint;
}

/**
 * Puts filled generations into the places of the current ones: views, checkpoints of their partitions, the record of
 * what is installed. The tables of those before are noted as retired. Live is held meanwhile, so it is one round trip.
 */
export async function makeCurrent(client: PoolClient, successors: readonly Successor[]): Promise<void> {
  const names = successors.map(({ generation }) => generation.projection.name);
  const { rows } = await client.query<Installed>(
    'select name, generation, tables from projecting.projections where name = any($1)',
    [names],
  );
  const installed = new Map(rows.map((row) => [row.name, row]));
  const succeed = successors.flatMap((successor) => [
    ...retire(installed.get(successor.generation.projection.name)),
    ...install(successor),
  ]);
  await client.query(['create schema if not exists read', ...succeed].join(';\n'));
}

interface Installed {
  readonly name: string;
  readonly generation: number;
  readonly tables: readonly string[];
}

const retire = (before: Installed | undefined): string[] =>
  before
    ? [
        ...before.tables.map((table) => `drop view if exists read.${quoted(table)}`),
        `insert into projecting.retired (schema) values (${escapeLiteral(schemaOf(before.name, before.generation))})
           on conflict do nothing`,
      ]
    : [];

function install({ generation, partitions, position }: Successor): string[] {
  const { projection, number, tables } = generation;
  const { version, digest, ...definition } = definitionOf(projection);
  const name = escapeLiteral(definition.name);
  const names = Object.values<Table>(projection.tables).map((table) => escapeLiteral(table.name));
  return [
    ...[...tables].map(([property, table]) => {
      const view = `read.${quoted(projection.tables[property].name)}`;
      return `create or replace view ${view} as ${table.view}`;
    }),
    `insert into projecting.projections (name, version, digest, generation, tables)
       values (${name}, ${version}, ${escapeLiteral(digest)}, ${number}, array[${names.join(', ')}]::text[])
       on conflict (name) do update set version = excluded.version, digest = excluded.digest,
         generation = excluded.generation, tables = excluded.tables`,
    `delete from projecting.checkpoints where projection = ${name}`,
    `delete from projecting.quarantined where projection = ${name} and generation <> ${number}`,
    `insert into projecting.checkpoints (projection, generation, partition, position)
       select ${name}, ${number}, partition, ${position} from generate_series(0, ${partitions - 1}) partition`,
  ];
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
