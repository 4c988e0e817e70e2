import type { Statement } from '@yoyaku/postgres';
import { snakeCase } from '../../names';
import type { Table } from '../../table';
import type { AnyRow } from '../../unit';
import { copyEncoder } from './copy-format';
import { toJson } from './json';

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * The SQL of one generation's table. Rows travel as one JSON parameter, whatever their number: every column type has a
 * JSON form (also arrays, which `unnest` would flatten), and PostgreSQL does the conversion.
 */
export class TableSql {
  /** Schema and name, quoted. */
  readonly name: string;
  private readonly columns: string;
  private readonly fetching: string;
  private readonly upserting: string;
  private readonly removing: string;
  private readonly encode: (row: AnyRow) => string;

  constructor(
    private readonly schema: string,
    readonly table: Table,
  ) {
    const names = Object.keys(table.columns);
    const typed = (properties: readonly string[]) =>
      properties.map((name) => `${quoted(name)} ${table.columns[name]?.sql}`).join(', ');
    const matches = table.key.map((name) => `t.${column(name)} = r.${quoted(name)}`).join(' and ');
    const others = names.filter((name) => !table.key.includes(name));
    const update = others.map((name) => `${column(name)} = excluded.${column(name)}`).join(', ');
    const onConflict = `on conflict (${list(table.key)}) do ${update ? `update set ${update}` : 'nothing'}`;
    const keys = `json_to_recordset($1) as r(${typed(table.key)})`;

    this.encode = copyEncoder(table);
    this.name = `${quoted(schema)}.${quoted(table.name)}`;
    this.columns = list(names);
    this.fetching = `select ${names.map((name) => `t.${column(name)}`).join(', ')} from ${keys}
      join ${this.name} t on ${matches}`;
    this.upserting = `insert into ${this.name} (${this.columns})
      select ${names.map((name) => `r.${quoted(name)}`).join(', ')} from json_to_recordset($1) as r(${typed(names)})
      ${table.appendOnly ? '' : onConflict}`;
    this.removing = `delete from ${this.name} t using ${keys} where ${matches}`;
  }

  /** Of a table that is only appended to, the key is one of its {@link indexes}. */
  get create(): string {
    const { columns, key, appendOnly } = this.table;
    const lines = Object.entries(columns).map(
      ([name, { sql, nullable }]) => `${column(name)} ${sql}${nullable ? '' : ' not null'}`,
    );
    if (!appendOnly) lines.push(`primary key (${list(key)})`);
    return `create table ${this.name} (${lines.join(', ')})`;
  }

  /** What makes reading fast; a rebuild adds it last, and may begin to do so more than once. */
  get indexes(): string[] {
    const { name, indexes, key, appendOnly } = this.table;
    const create = (kind: string, suffix: string | number, definition: string) =>
      `create ${kind} if not exists ${quoted(`${name}_${suffix}`)} on ${this.name} ${definition}`;
    return [
      ...(appendOnly ? [create('unique index', 'key', `(${list(key)})`)] : []),
      ...indexes.map((index, i) => create('index', i, 'sql' in index ? index.sql : `(${list(index)})`)),
    ];
  }

  get analyze(): string {
    return `analyze ${this.name}`;
  }

  get copy(): string {
    return `copy ${this.name} (${this.columns}) from stdin`;
  }

  /** Rows in the text format of COPY. */
  copied(rows: readonly AnyRow[]): string {
    return rows.map(this.encode).join('');
  }

  /** SQL for the text of a row's key; the table is called t. */
  get keyText(): string {
    return `row(${this.table.key.map((name) => `t.${column(name)}`).join(', ')})::text`;
  }

  fetch(keys: Iterable<AnyRow>): Statement {
    return this.statement('fetch', this.fetching, keys);
  }

  upsert(rows: Iterable<AnyRow>): Statement {
    return this.statement('upsert', this.upserting, rows);
  }

  remove(keys: Iterable<AnyRow>): Statement {
    return this.statement('remove', this.removing, keys);
  }

  /** A fetched row as handlers know it. */
  row(values: readonly unknown[]): AnyRow {
    return Object.fromEntries(Object.keys(this.table.columns).map((name, i) => [name, values[i]]));
  }

  private statement(name: string, text: string, rows: Iterable<AnyRow>): Statement {
    return { name: shortened(`${name} ${this.schema} ${this.table.name}`), text, values: [toJson([...rows])] };
  }
}

const column = (name: string): string => quoted(snakeCase(name));
const list = (names: readonly string[]): string => names.map(column).join(', ');

/** PostgreSQL cuts names at 63 bytes, and two cut names would be one. */
const shortened = (name: string): string | undefined => (name.length < 64 ? name : undefined);
