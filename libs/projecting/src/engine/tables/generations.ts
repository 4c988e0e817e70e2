import { transaction } from '@yoyaku/postgres';
import { escapeLiteral, type Pool, type PoolClient } from 'pg';
import { definitionOf } from './definition';
import { type Generation, schemaOf, WHOLE } from './generation';
import { quoted } from './table-sql';
import { viewsOver } from './views';

/** The generation that verifications fill; it never serves. */
export const TRIAL = 0;

/** Empty tables without their indexes, and one checkpoint at the beginning for all partitions together. */
export async function createTables(client: PoolClient, generation: Generation, rebuild: string | null): Promise<void> {
  const { projection, number, schema, kept } = generation;
  await dropTables(client, projection.name, number);
  if (kept.length > 0) await client.query(`create schema ${quoted(schema)}`);
  for (const table of kept) await client.query(table.create);
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

export const indexesOf = (generation: Generation): string[] => generation.kept.flatMap(({ indexes }) => indexes);

/** A filled generation that is to serve, its partitions, and how far it is filled. */
export interface Successor {
  readonly generation: Generation;
  readonly partitions: number;
  readonly position: bigint;
}

/**
 * Puts filled generations into the places of the current ones: views, checkpoints of their partitions, the record of
 * what is installed. The tables of those before are noted as retired. What was paused stays paused.
 */
export async function makeCurrent(client: PoolClient, successors: readonly Successor[]): Promise<void> {
  const succeed = await succession(
    client,
    successors.map(({ generation }) => generation),
  );
  await client.query(succeed(successors));
}

/**
 * The same as one statement, so that one time limit bounds it as a whole; to be prepared before live is held, and run
 * while it is.
 */
export async function succession(
  client: PoolClient,
  generations: readonly Generation[],
): Promise<(successors: readonly Successor[]) => string> {
  await client.query('create schema if not exists read');
  const views = await viewsOver(client, generations);
  const { rows } = await client.query<Installed>(
    'select name, generation, tables from projecting.projections where name = any($1)',
    [generations.map(({ projection }) => projection.name)],
  );
  const installed = new Map(rows.map((row) => [row.name, row]));
  return (successors) => {
    const statements = successors.flatMap((successor) => [
      ...retire(successor, installed.get(successor.generation.projection.name)),
      ...views(successor.generation),
      ...install(successor),
    ]);
    return `do $succession$ begin ${statements.join(';\n')}; end $succession$`;
  };
}

interface Installed {
  readonly name: string;
  readonly generation: number;
  readonly tables: readonly string[];
}

function retire({ generation: { kept } }: Successor, before: Installed | undefined): string[] {
  if (!before) return [];
  const stay = new Set(kept.map(({ table }) => table.name));
  return [
    ...before.tables.filter((table) => !stay.has(table)).map((table) => `drop view if exists read.${quoted(table)}`),
    `insert into projecting.retired (schema) values (${escapeLiteral(schemaOf(before.name, before.generation))})
       on conflict do nothing`,
  ];
}

function install({ generation, partitions, position }: Successor): string[] {
  const { projection, number, kept } = generation;
  const { version, digest, ...definition } = definitionOf(projection);
  const name = escapeLiteral(definition.name);
  const names = kept.map(({ table }) => escapeLiteral(table.name));
  return [
    `insert into projecting.projections (name, version, digest, generation, tables)
       values (${name}, ${version}, ${escapeLiteral(digest)}, ${number}, array[${names.join(', ')}]::text[])
       on conflict (name) do update set version = excluded.version, digest = excluded.digest,
         generation = excluded.generation, tables = excluded.tables`,
    `insert into projecting.checkpoints (projection, generation, partition, position, state)
       select ${name}, ${number}, partition, ${position}, case when exists (
         select from projecting.checkpoints where projection = ${name} and state = 'paused') then 'paused' else 'live' end
       from generate_series(0, ${partitions - 1}) partition`,
    `delete from projecting.checkpoints where projection = ${name}
       and (generation <> ${number} or partition = ${WHOLE})`,
    `delete from projecting.quarantined where projection = ${name} and generation <> ${number}`,
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

/**
 * Drops a projection with all its generations. What others have built over its views is in the way: PostgreSQL then
 * refuses. Skips stay, for a later version of that name.
 */
export async function uninstall(client: PoolClient, name: string): Promise<void> {
  const { rows: installed } = await client.query<Pick<Installed, 'tables'>>(
    'delete from projecting.projections where name = $1 returning tables',
    [name],
  );
  for (const table of installed.flatMap(({ tables }) => tables)) {
    await client.query(`drop view if exists read.${quoted(table)}`);
  }
  const { rows } = await client.query<Pick<Installed, 'generation'>>(
    'select distinct generation from projecting.checkpoints where projection = $1',
    [name],
  );
  for (const { generation } of rows) await dropTables(client, name, generation);
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
