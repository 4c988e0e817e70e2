import type { Statement } from '@yoyaku/postgres';
import { escapeLiteral } from 'pg';
import { snakeCase } from '../../names';
import type { Table } from '../../table';
import type { AnyRow, OwnedKey, OwnedRow } from '../../unit';
import { copyEncoder } from './copy-format';
import { toJson } from './json';

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The column that says whose a row is (see `ownerOf`); no view shows it. Tables that are only appended to have none. */
const OWNER = quoted('$owner');

/**
 * The SQL of one generation's table. Rows travel as one JSON parameter, whatever their number: every column type has a
 * JSON form (also arrays, which `unnest` would flatten), and PostgreSQL does the conversion.
 */
export class TableSql {
  /** Schema and name, quoted. */
  readonly name: string;
  /** A query of all that is to be seen of its rows. */
  readonly view: string;
  private readonly columns: string;
  private readonly fetching: string;
  private readonly upserting: string;
  private readonly removing: string;
  private readonly encode: (owned: OwnedRow) => string;

  constructor(
    private readonly schema: string,
    readonly table: Table,
  ) {
    const names = Object.keys(table.columns);
    const typed = (properties: readonly string[]) =>
      properties.map((name) => `${quoted(name)} ${table.columns[name]?.sql}`).join(', ');
    const matches = table.key.map((name) => `t.${column(name)} = r.${quoted(name)}`).join(' and ');
    const others = names.filter((name) => !table.key.includes(name));
    const update = others.map((name) => `${column(name)} = excluded.${column(name)}`);
    const values = list(names);
    this.encode = copyEncoder(table);
    this.name = `${quoted(schema)}.${quoted(table.name)}`;
    this.view = `select ${values} from ${this.name}`;
    if (table.appendOnly) {
      this.columns = values;
      this.upserting = `insert into ${this.name} (${values})
        select ${names.map((name) => `r.${quoted(name)}`).join(', ')} from json_to_recordset($1) as r(${typed(names)})`;
      this.fetching = '';
      this.removing = '';
      return;
    }
    /** Rows as JSON, beside them their owners. */
    const owned = (properties: readonly string[]) =>
      `rows from (json_to_recordset($1) as (${typed(properties)}), unnest($2::bigint[]))
         as r(${properties.map(quoted).join(', ')}, ${OWNER})`;
    const foreign = `projecting.refuse_foreign_row(${escapeLiteral(table.name)})`;
    this.columns = `${OWNER}, ${values}`;
    this.fetching = `select t.${OWNER}::text, ${names.map((name) => `t.${column(name)}`).join(', ')}
      from json_to_recordset($1) as r(${typed(table.key)}) join ${this.name} t on ${matches}`;
    this.upserting = `insert into ${this.name} as t (${this.columns})
      select ${[OWNER, ...names.map(quoted)].map((name) => `r.${name}`).join(', ')} from ${owned(names)}
      on conflict (${list(table.key)}) do update set ${[...update, ''].join(', ')}
        ${OWNER} = case when t.${OWNER} = excluded.${OWNER} then t.${OWNER} else ${foreign} end`;
    this.removing = `with removed as (
        delete from ${this.name} t using ${owned(table.key)} where ${matches}
        returning t.${OWNER} = r.${OWNER} as own)
      select ${foreign} from removed where not own`;
  }

  /** Of a table that is only appended to, the key is one of its {@link indexes}. */
  get create(): string {
    const { columns, key, appendOnly } = this.table;
    const lines = Object.entries(columns).map(
      ([name, { sql, nullable }]) => `${column(name)} ${sql}${nullable ? '' : ' not null'}`,
    );
    if (!appendOnly) lines.unshift(`${OWNER} bigint not null default 0`);
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
  copied(rows: readonly OwnedRow[]): string {
    return rows.map(this.encode).join('');
  }

  /** SQL for the text of a row's key; the table is called t. */
  get keyText(): string {
    return `row(${this.table.key.map((name) => `t.${column(name)}`).join(', ')})::text`;
  }

  fetch(keys: Iterable<AnyRow>): Statement {
    return this.statement('fetch', this.fetching, [toJson([...keys])]);
  }

  /** Throws where a row of the same key has another owner. */
  upsert(rows: readonly OwnedRow[]): Statement {
    return this.statement('upsert', this.upserting, [toJson(rows.map(({ row }) => row)), ...this.ownersOf(rows)]);
  }

  /** Throws where the row has another owner. */
  remove(keys: readonly OwnedKey[]): Statement {
    return this.statement('remove', this.removing, [toJson(keys.map(({ key }) => key)), ...this.ownersOf(keys)]);
  }

  /** A fetched row as handlers know it. */
  row([owner, ...values]: readonly unknown[]): OwnedRow {
    const row = Object.fromEntries(Object.keys(this.table.columns).map((name, i) => [name, values[i]]));
    return { row, owner: String(owner) };
  }

  private ownersOf(owned: readonly { readonly owner: string }[]): string[][] {
    return this.table.appendOnly ? [] : [owned.map(({ owner }) => owner)];
  }

  private statement(name: string, text: string, values: readonly unknown[]): Statement {
    return { name: shortened(`${name} ${this.schema} ${this.table.name}`), text, values };
  }
}

const column = (name: string): string => quoted(snakeCase(name));
const list = (names: readonly string[]): string => names.map(column).join(', ');

/** PostgreSQL cuts names at 63 bytes, and two cut names would be one. */
const shortened = (name: string): string | undefined => (name.length < 64 ? name : undefined);
