import type { Keyed, RowSql } from '@yoyaku/access';
import { snakeCase } from '../names';
import type { Table } from '../table';

/** Conditions on the rows of a table, which the statement calls by its name. */
export class TableRowSql<Column extends string> implements RowSql<Column> {
  constructor(
    private readonly table: Table,
    /** Adds a value to the statement, and gives its place. */
    readonly value: (value: unknown) => string,
  ) {}

  column(name: Column): string {
    return `"${this.table.name}"."${snakeCase(name)}"`;
  }

  has(name: Column, value: unknown): string {
    // Not `= any`, which no index of arrays is used for.
    return this.isList(name)
      ? `${this.column(name)} @> array[${this.value(value)}]::${this.typeOf(name)}`
      : `${this.column(name)} = ${this.value(value)}`;
  }

  hasOneOrNone(name: Column, values: readonly unknown[]): string {
    const [column, places] = [this.column(name), this.value(values)];
    return this.isList(name)
      ? `(${column} = '{}' or ${column} && ${places}::${this.typeOf(name)})`
      : `(${column} is null or ${column} = any(${places}::${this.typeOf(name)}[]))`;
  }

  isIn<Key extends string>(other: Keyed<Key>, key: { readonly [_ in Key]: Column }): string {
    return `exists (select from ${this.rowOf(other, key)})`;
  }

  /** The value of a column of another table's row of that key; null where there is none. */
  lookUp<Key extends string>(other: Keyed<Key>, column: string, key: { readonly [_ in Key]: Column }): string {
    return `(select other."${snakeCase(column)}" from ${this.rowOf(other, key)})`;
  }

  private rowOf<Key extends string>(other: Keyed<Key>, key: { readonly [_ in Key]: Column }): string {
    const matches = Object.entries<Column>(key).map(
      ([name, here]) => `other."${snakeCase(name)}" = ${this.column(here)}`,
    );
    return `read."${other.name}" other where ${matches.join(' and ')}`;
  }

  private isList(name: Column): boolean {
    return this.typeOf(name).endsWith('[]');
  }

  private typeOf(name: Column): string {
    return this.table.columns[name]?.sql ?? '';
  }
}
