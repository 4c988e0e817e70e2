import { transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import type { AnyProjection } from '../../projection';
import type { Table } from '../../table';
import { CHANGED } from '../running/channels';
import { type Definition, definitionOf, partitionsOf, type Standing, standingOf } from './definition';
import { engineParts, LOCK_INSTALLATION, makeEngine } from './engine-schema';
import { Generation } from './generation';
import { createTables, indexesOf, makeCurrent } from './generations';

/**
 * Makes the engine's own tables again where somebody has dropped them: a migration that was run once is not run again.
 * Where all of them are, nothing is done: they may be those of a newer build.
 */
export const restoreEngine = (pool: Pool): Promise<void> => transaction(pool, restoreWithin);

async function restoreWithin(client: PoolClient): Promise<void> {
  const { tables, functions } = engineParts();
  const { rows } = await client.query(
    `select 1 from unnest($1::text[]) as name where to_regclass(name) is null
     union all select 1 from unnest($2::text[]) as name where to_regproc(name) is null`,
    [tables, functions],
  );
  if (rows.length === 0) return;
  await lockInstallation(client);
  await client.query(makeEngine);
}

/** Lets nobody else install, or drop, projections within this transaction. */
export async function lockInstallation(client: PoolClient): Promise<void> {
  await client.query(LOCK_INSTALLATION);
}

/** Bytes of log, as positions count them: what is longer is not caught up with in passing. */
const SHORT = 16n << 20n;

/**
 * Makes the tables of projections not seen before, unless the store already holds so much that these are to be built
 * first and then shown: such a one stands as newer than nothing. Says how each stands.
 *
 * One whose rows are handed on is never built: it begins where `startOf` says, and a newer version takes the place of the
 * older at once.
 */
export async function install(
  pool: Pool,
  projections: readonly AnyProjection[],
  partitions: number,
  head: bigint,
  startOf: (projection: AnyProjection) => Promise<bigint> = async () => head,
): Promise<ReadonlyMap<AnyProjection, Standing>> {
  refuseMistakes(projections);
  return transaction(pool, async (client) => {
    await lockInstallation(client);
    await restoreWithin(client);
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
      const { startsAt } = projection;
      const first = head > SHORT && !startsAt ? 'newer' : 'current';
      const standing = found ? standingOf(definition, found) : first;
      const takesOver = found && standing === 'newer' && startsAt;
      if (takesOver) await takeOver(client, definition);
      standings.set(projection, takesOver ? 'current' : standing);
      if (found || first === 'newer') continue;
      const generation = new Generation(projection, 1);
      await createTables(client, generation, null);
      for (const sql of indexesOf(generation)) await client.query(sql);
      const position = startsAt ? await startOf(projection) : 0n;
      await makeCurrent(client, [{ generation, partitions: partitionsOf(projection, partitions), position }]);
    }
    return standings;
  });
}

/** From here on only this version moves the checkpoints. Whoever runs the older one writes nothing more. */
async function takeOver(client: PoolClient, { name, version, digest }: Definition): Promise<void> {
  await client.query('update projecting.projections set version = $2, digest = $3 where name = $1', [
    name,
    version,
    digest,
  ]);
  await client.query('update projecting.checkpoints set owner = null where projection = $1', [name]);
}

/** Has projections whose rows are handed on begin with the first event again, because those rows were lost. */
export async function beginAgain(client: PoolClient, names: readonly string[]): Promise<void> {
  const { rows } = await client.query(`select to_regclass('projecting.checkpoints') is not null as made`);
  if (!rows[0].made) return;
  await client.query(
    'update projecting.checkpoints set position = 0, sequence = null, owner = null where projection = any($1)',
    [names],
  );
  await client.query('update projecting.quarantined set position = 0 where projection = any($1)', [names]);
}

function refuseMistakes(projections: readonly AnyProjection[]): void {
  const names = projections.map(({ name }) => name);
  const tables = projections.flatMap((projection) => Object.values<Table>(projection.tables).map(({ name }) => name));
  for (const [what, all] of Object.entries({ projection: names, table: tables })) {
    const double = all.find((name, i) => all.indexOf(name) !== i);
    if (double) throw new Error(`There are two of the ${what} ${double}`);
  }
  for (const { name, tables: its, global, startsAt } of projections) {
    const isMixed = Object.values<Table>(its).some(({ handedOn = false }) => handedOn !== (startsAt !== undefined));
    if (isMixed)
      throw new Error(`${name} has tables that are handed on; either all are, and it says where it starts, or none`);
    const shared = Object.values<Table>(its).find(({ owner }) => owner === 'anyone');
    if (shared && !global) throw new Error(`${shared.name} of ${name} is anyone's, but ${name} is not global`);
  }
}
