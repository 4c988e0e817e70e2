import { transaction } from '@yoyaku/postgres';
import { type AnyProjection, beginAgain } from '@yoyaku/projecting';
import type { Pool } from 'pg';
import { SCHEMA } from './boss';

/** Table made by whoever first plans jobs in the schema. One that was made anew, or restored without its data, lacks it. */
const MARK = 'planned_here';

/**
 * Where the tables of jobs are not those that jobs were planned in, because they were dropped or not restored, the
 * reactions `from: 'beginning'` begin again: a deadline is planned by its event alone. What is there already is known by
 * its id. To be called when pg-boss has made its tables.
 */
export async function planAgain(pool: Pool, projections: readonly AnyProjection[]): Promise<void> {
  if (await isMarked(pool)) return;
  await transaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('${SCHEMA}.${MARK}'))`);
    if (await isMarked(client)) return;
    const lost = projections.filter(({ startsAt }) => startsAt === 'beginning');
    await beginAgain(
      client,
      lost.map(({ name }) => name),
    );
    await client.query(`create table ${SCHEMA}.${MARK} ()`);
  });
}

/** `to_regclass` may say that a table is missing which another has just made: it trusts what it remembers of names. */
async function isMarked(from: Pick<Pool, 'query'>): Promise<boolean> {
  const { rows } = await from.query('select from pg_tables where schemaname = $1 and tablename = $2', [SCHEMA, MARK]);
  return rows.length > 0;
}
