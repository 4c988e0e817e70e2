import { snakeCase } from '../../names';
import type { AnyProjection } from '../../projection';
import type { Table } from '../../table';
import { keyTextOf } from '../../unit';
import { TableSql } from './table-sql';

/** Stands for all partitions together: a generation that is being built is filled as one. */
export const WHOLE = -1;

/** PostgreSQL schema of a generation's tables. */
export const schemaOf = (projection: string, generation: number): string =>
  `${snakeCase(projection).replaceAll('-', '_')}_g${generation}`;

/** One filling of a projection's tables, in a schema of its own. */
export class Generation {
  readonly tables: ReadonlyMap<string, TableSql>;
  /** Those among them that PostgreSQL has. */
  readonly kept: readonly TableSql[];
  readonly schema: string;

  constructor(
    readonly projection: AnyProjection,
    readonly number: number,
  ) {
    this.schema = schemaOf(projection.name, number);
    this.tables = new Map(
      Object.entries<Table>(projection.tables).map(([name, table]) => [name, new TableSql(this.schema, table)]),
    );
    this.kept = [...this.tables.values()].filter(({ table }) => !table.handedOn);
  }

  keyTextOf(table: string) {
    return keyTextOf(this.projection.tables[table]);
  }
}
