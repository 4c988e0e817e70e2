import type { PoolClient } from 'pg';
import type { Generation } from './generation';
import { quoted } from './table-sql';

/** A table or view as the catalog has it. */
interface Relation {
  readonly schema: string;
  readonly name: string;
  /** Name and type of each, in order; those of the engine's own, which begin with `$`, are left out. */
  readonly columns: readonly string[];
  /** Statements that grant again what is granted on a view of `read`. */
  readonly grants: readonly string[];
}

const RELATIONS = `
  select n.nspname as schema, c.relname as name,
    array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) order by a.attnum) as columns,
    array(
      select format('grant %s on read.%I to %s%s', privilege_type, c.relname,
        case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
        case when is_grantable then ' with grant option' else '' end)
      from aclexplode(c.relacl) where grantee <> c.relowner) as grants
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname not like '$%'
  where (n.nspname = 'read' and c.relkind = 'v') or (n.nspname = any($1) and c.relkind = 'r')
  group by n.nspname, c.oid`;

/**
 * Statements that let the views of `read` show these generations. A view whose columns stay (more may be added) is
 * replaced in its place, and so keeps what was granted on it and what others have built over it. One whose columns change
 * has to be made anew: what was granted is granted again; PostgreSQL refuses, and names them, where others build on it.
 */
export async function viewsOver(
  client: PoolClient,
  generations: readonly Generation[],
): Promise<(generation: Generation) => string[]> {
  const { rows } = await client.query<Relation>(RELATIONS, [generations.map(({ schema }) => schema)]);
  const relations = new Map(rows.map((relation) => [`${relation.schema}.${relation.name}`, relation]));
  return ({ schema, kept }) =>
    kept.flatMap((table) => {
      const { name } = table.table;
      const view = `read.${quoted(name)}`;
      const before = relations.get(`read.${name}`);
      const columns = relations.get(`${schema}.${name}`)?.columns ?? [];
      const stays = !before || before.columns.every((column, i) => columns[i] === column);
      const shows = `as ${table.view}`;
      return stays
        ? [`create or replace view ${view} ${shows}`]
        : [`drop view ${view}`, `create view ${view} ${shows}`, ...before.grants];
    });
}
