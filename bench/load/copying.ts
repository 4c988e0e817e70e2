import type { Pool, PoolClient } from 'pg';

interface Table {
  readonly name: string;
  readonly source: string;
  readonly indexes: readonly string[];
}

const SCHEMA = 'bench_copy';

/**
 * Writes the rows that the read models hold now into tables of the same shape, by COPY from files on the server, and
 * indexes them: what PostgreSQL alone takes for the outcome of a rebuild. Gives the seconds.
 */
export async function copyRows(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    const tables = await liveTables(client);
    await client.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
    for (const { name, source } of tables) {
      await client.query(`create table ${SCHEMA}.${name} (like ${source} including defaults)`);
      await client.query(`copy ${source} to '/tmp/${SCHEMA}_${name}'`);
    }
    const started = performance.now();
    for (const { name, indexes } of tables) {
      await client.query(`copy ${SCHEMA}.${name} from '/tmp/${SCHEMA}_${name}'`);
      for (const index of indexes) await client.query(index);
    }
    const seconds = (performance.now() - started) / 1_000;
    for (const { name } of tables) await client.query(`copy (select) to program 'rm -f /tmp/${SCHEMA}_${name}'`);
    await client.query(`drop schema ${SCHEMA} cascade`);
    return seconds;
  } finally {
    client.release();
  }
}

/** The tables behind the views of the schema `read`. */
async function liveTables(client: PoolClient): Promise<Table[]> {
  const { rows } = await client.query<{ schema: string; name: string; indexes: string[] }>(
    `select table_schema as schema, table_name as name,
       array(select indexdef from pg_indexes i where (i.schemaname, i.tablename) = (u.table_schema, u.table_name)) as indexes
     from information_schema.view_table_usage u where view_schema = 'read'`,
  );
  return rows.map(({ schema, name, indexes }) => ({
    name,
    source: `${schema}.${name}`,
    indexes: indexes.map((definition) => definition.replaceAll(`${schema}.`, `${SCHEMA}.`)),
  }));
}
