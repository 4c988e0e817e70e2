import { Injectable } from '@nestjs/common';
import type { Ownership, Scope } from '@yoyaku/access';
import { sqlStateOf } from '@yoyaku/postgres';
import { Pool, type QueryArrayResult } from 'pg';
import { camelCase } from '../names';
import type { Row, Table } from '../table';
import { Selection } from './selection';

/**
 * The query side's way to read models: SQL over the views `read.<table>`, which always show the current generation.
 */
@Injectable()
export class ReadModels {
  /** Tables that were there when somebody asked for them. */
  private readonly there = new Set<string>();

  /** By name of a query, how often its columns have changed. */
  private readonly replanned = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /**
   * Rows with camelCase properties; `timestamptz` is an Instant, `date` a LocalDate, `bigint` a number. A query with a
   * name, which must always mean the same SQL, is parsed and planned once on each connection. Throws
   * {@link ReadModelMissing}.
   */
  async query<Row>(sql: string, params: readonly unknown[] = [], { name }: { name?: string } = {}): Promise<Row[]> {
    await this.ensureThere(sql);
    const { rows, fields } = await this.run(sql, params, name).catch((error) => {
      throw sqlStateOf(error) === COLUMN_MISSING ? new ReadModelMissing(tablesIn(sql).join(', ')) : error;
    });
    const names = fields.map(({ name }) => camelCase(name));
    return rows.map((values) => rowOf(names, values) as Row);
  }

  /** Rows of a table in a scope, or in any of several. */
  select<T extends Table>(
    table: T,
    scope: Scope | readonly Scope[],
    ownership: Ownership<keyof Row<T> & string>,
  ): Selection<Row<T>> {
    return this.unscoped(table).inScope(scope, ownership);
  }

  /** Rows of all tenants: for what no user asks, or where the right to see them was checked before. */
  unscoped<T extends Table>(table: T): Selection<Row<T>> {
    return new Selection(table, (sql, params) => this.query(sql, params));
  }

  /** The one row there is, or undefined. */
  async find<Row>(sql: string, params: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.query<Row>(sql, params))[0];
  }

  /**
   * While builds are being replaced, a newer one may give a read model other columns under an older one's prepared
   * queries, which PostgreSQL refuses from then on. Such a query is repeated, and prepared anew under another name.
   */
  private async run(sql: string, params: readonly unknown[], name: string | undefined): Promise<QueryArrayResult> {
    const query = { text: sql, values: [...params], rowMode: 'array' as const };
    if (name === undefined) return this.pool.query(query);
    const times = this.replanned.get(name) ?? 0;
    try {
      return await this.pool.query({ ...query, name: `${name} ${times}` });
    } catch (error) {
      if (sqlStateOf(error) !== PLAN_CHANGED) throw error;
      this.replanned.set(name, times + 1);
      return this.pool.query(query);
    }
  }

  /**
   * Before a projector's first start they are not there. PostgreSQL logs every query of a missing table as an error, and
   * the reactor asks every second, so the tables are looked for first.
   */
  private async ensureThere(sql: string): Promise<void> {
    const unknown = tablesIn(sql).filter((table) => !this.there.has(table));
    if (unknown.length === 0) return;
    const { rows } = await this.pool.query<{ name: string; there: boolean }>(
      `select name, to_regclass('read.' || quote_ident(name)) is not null as there from unnest($1::text[]) as name`,
      [unknown],
    );
    for (const { name, there } of rows) {
      if (!there) throw new ReadModelMissing(name);
      this.there.add(name);
    }
  }
}

/** A row in a counting loop, because lists make many: `Object.fromEntries` takes more than twice as long. */
function rowOf(names: readonly string[], values: readonly unknown[]): object {
  const row: Record<string, unknown> = {};
  for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i];
  return row;
}

/** The tables of read models that a query names. */
export const tablesIn = (sql: string): string[] =>
  [...sql.matchAll(/\bread"?\."?(\w+)/g)].map(([, table]) => table as string);

/** It is not there yet, or it is still that of the build before, which lacks a column. */
export class ReadModelMissing extends Error {
  override readonly name = 'ReadModelMissing';

  constructor(table: string) {
    super(`There is no read.${table} yet, as this build knows it`);
  }
}

/**
 * Whether a query failed because read models, or the engine's records of them, are not there: not installed yet, or
 * dropped. It is worth asking again; a rebuild brings them back.
 */
export const isReadModelMissing = (error: unknown): boolean =>
  error instanceof ReadModelMissing ||
  (error instanceof Error && MISSING.has(sqlStateOf(error)) && /\b(read|projecting)\b/.test(error.message));

/** SQLSTATEs of a table, or a schema, that is not there. The messages may be in any language, but they name it. */
const MISSING = new Set<string | undefined>(['42P01', '3F000']);

/** SQLSTATE of a column that is not there. */
const COLUMN_MISSING = '42703';

/** SQLSTATE: a prepared statement's columns are not what they were. PostgreSQL has it for much else too. */
const PLAN_CHANGED = '0A000';
