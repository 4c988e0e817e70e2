import { snakeCase } from '../names';
import type { AnyProjection } from '../projection';
import type { Table } from '../table';
import { type Changes, type KnownRows, keyTextOf } from '../unit';
import { TableSql } from './table-sql';

/** PostgreSQL schema of a generation's tables. */
export const schemaOf = (projection: string, generation: number): string =>
  `${snakeCase(projection).replaceAll('-', '_')}_g${generation}`;

/** One filling of a projection's tables, in a schema of its own. */
export class Generation {
  readonly tables: ReadonlyMap<string, TableSql>;
  readonly schema: string;

  constructor(
    readonly projection: AnyProjection,
    readonly number: number,
  ) {
    this.schema = schemaOf(projection.name, number);
    this.tables = new Map(
      Object.entries<Table>(projection.tables).map(([name, table]) => [name, new TableSql(this.schema, table)]),
    );
  }

  keyTextOf(table: string) {
    return keyTextOf(this.projection.tables[table]);
  }
}

/** Events that a projection is to pass over, by id. */
export type Skips = ReadonlySet<string>;

/** One partition of a generation, as the process that runs it knows it. */
export class Shard {
  /** Everything of this partition up to here is in the rows that are written. */
  position: bigint;
  /** The checkpoint as it stands in PostgreSQL; behind `position` while nothing but the position moved. */
  durable: bigint;
  /** Position that a query waits for. */
  wanted: bigint | undefined;
  /** Rows as they stand in PostgreSQL: only this shard's owner changes them. The least recently changed go first. */
  readonly known: Readonly<Record<string, KnownRows>>;

  constructor(
    readonly generation: Generation,
    readonly partition: number,
    position: bigint,
    readonly skips: Skips,
  ) {
    this.position = position;
    this.durable = position;
    this.known = Object.fromEntries([...generation.tables.keys()].map((name) => [name, new Map()]));
  }

  get projection(): AnyProjection {
    return this.generation.projection;
  }

  /** Takes over what was written, and forgets what is beyond `limit` rows of a table. */
  remember(changed: readonly [table: string, rows: Changes][], limit: number): void {
    for (const [table, changes] of changed) {
      const known = this.known[table] as KnownRows;
      for (const [key, { row }] of changes) {
        known.delete(key);
        known.set(key, row);
      }
    }
    for (const known of Object.values(this.known)) {
      for (const key of known.keys()) {
        if (known.size <= limit) break;
        known.delete(key);
      }
    }
  }
}
