import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { camelCase } from './names';

/**
 * The query side's way to read models: SQL over the views `read.<table>`, which always show the current generation.
 */
@Injectable()
export class ReadModels {
  constructor(private readonly pool: Pool) {}

  /**
   * Rows with camelCase properties; `timestamptz` is an Instant, `date` a LocalDate, `bigint` a number. A query with a
   * name, which must always mean the same SQL, is parsed and planned once on each connection.
   */
  async query<Row>(sql: string, params: readonly unknown[] = [], { name }: { name?: string } = {}): Promise<Row[]> {
    const { rows, fields } = await this.pool.query({ name, text: sql, values: [...params], rowMode: 'array' });
    const names = fields.map(({ name }) => camelCase(name));
    return rows.map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]])) as Row);
  }

  /** The one row there is, or undefined. */
  async find<Row>(sql: string, params: readonly unknown[] = []): Promise<Row | undefined> {
    return (await this.query<Row>(sql, params))[0];
  }
}

/**
 * Whether a query failed because read models, or the engine's records of them, are not there: not installed yet, or
 * dropped. It is worth asking again; a rebuild brings them back.
 */
export const isReadModelMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === UNDEFINED_TABLE || error.code === INVALID_SCHEMA) &&
  /\b(read|projecting)\b/.test(error.message);

/** SQLSTATEs. The messages may be in any language, but they name the table. */
const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';
