import { inAnyScope, type Ownership, type RowSql, type Scope } from '@yoyaku/access';
import type { Uuid } from '@yoyaku/kernel';
import type { FindOperator, SelectQueryBuilder } from 'typeorm';
import { snakeCase } from '../names';
import { idsFound, type SearchTable } from '../searching/search-table';
import type { Row, Table } from '../table';
import { errorOf, orderOf, type Page, type PageRequest, pageOf, SORT_KEY, type Sorts } from './page';
import { TableRowSql } from './row-sql';
import { queryOver } from './sql-writer';

type Name<R> = keyof R & string;
type Scalar = string | number | boolean;

/**
 * For some columns the value, or what TypeORM's operators say of it (`LessThan`, `ArrayContains` …). A property that is
 * undefined is no condition, so that a filter can be given as it is.
 */
export type Where<R> = { readonly [K in keyof R]?: ConditionOn<NonNullable<R[K]>> | undefined };
type ConditionOn<Value> = FindOperator<Value> | (Value extends Scalar ? Value : never);

/** Columns to sort by: their values have an order, and are never null. Rows of equal values go by their `id`. */
export type Sortable<R> = R extends { readonly id: string }
  ? { [K in keyof R]: R[K] extends string | number ? K : never }[keyof R] & string
  : never;

/** Columns that hold lists. */
type ListOf<R> = { [K in keyof R]: R[K] extends readonly string[] ? K : never }[keyof R] & string;
type ElementOf<List> = List extends readonly (infer Element)[] ? Element : never;

/** The columns of another table's key, each with the column here that holds its value. */
type KeyFrom<T extends Table, R> = T extends Table<infer _C, infer Key> ? { readonly [K in Key]: Name<R> } : never;

/** Rows of one table that meet all conditions, and what is shown of each. */
export class Selection<R extends object, Shown extends object = R> {
  private readonly steps: ((query: SelectQueryBuilder<R>) => unknown)[] = [];
  private readonly values: Record<string, unknown> = {};
  private readonly row: TableRowSql<Name<R>>;
  private columns: readonly string[];
  /** Columns of another query that are shown too, as SQL. */
  private readonly beside = new Map<string, string>();

  constructor(
    private readonly table: Table,
    private readonly query: <Row>(sql: string, params: readonly unknown[]) => Promise<Row[]>,
  ) {
    this.columns = Object.keys(table.columns);
    this.row = new TableRowSql(table, (value) => {
      const name = `value${Object.keys(this.values).length}`;
      this.values[name] = value;
      return `:${name}`;
    });
  }

  /** Of several scopes, any may show a row. */
  inScope(scope: Scope | readonly Scope[], ownership: Ownership<Name<R>>): this {
    return this.and((row) => inAnyScope([scope].flat(), ownership, row));
  }

  where(conditions: Where<R>): this {
    const given = Object.entries(conditions).filter(([, condition]) => condition !== undefined);
    return given.length === 0 ? this : this.add((query) => query.andWhere(Object.fromEntries(given)));
  }

  /** The column's list has that element; `orNone`: or it is empty. */
  having<K extends ListOf<R>>(column: K, element: ElementOf<R[K]> | undefined, orNone?: 'orNone'): this {
    if (element === undefined) return this;
    return this.and((row) => (orNone ? row.hasOneOrNone(column, [element]) : row.has(column, element)));
  }

  /** What {@link where} cannot say, as SQL. */
  and(condition: (row: RowSql<Name<R>>) => string): this {
    const sql = `(${condition(this.row)})`;
    return this.add((query) => query.andWhere(sql));
  }

  /**
   * That row of `table` which has the same `id` is found by what somebody typed; without a text all rows are meant. See
   * `searchRow`, also for `within`.
   */
  found(text: string | undefined, table: SearchTable, within?: Uuid): this {
    if (text === undefined) return this;
    return this.and((row) => `${row.column('id' as Name<R>)} in (${idsFound(text, table, row.value, within)})`);
  }

  /**
   * Only rows that a query gives too, by its column `id`; its other columns, called in snake_case there, are shown beside
   * them, and rows can be sorted by those.
   */
  joined<Beside extends object>(
    query: (value: RowSql['value']) => string,
    columns: readonly Name<Beside>[],
  ): Selection<R & Beside, Shown & Beside> {
    const sql = query(this.row.value);
    for (const name of columns) this.beside.set(name, `"beside"."${snakeCase(name)}"`);
    return this.add((main) => {
      main.innerJoin(`(${sql})`, 'beside', `"beside"."id" = ${this.row.column('id' as Name<R>)}`);
      for (const [name, column] of this.beside) main.addSelect(column, name);
    }) as never;
  }

  /** No columns but these. */
  only<K extends Name<R>>(...columns: readonly K[]): Selection<R, Pick<R, K>> {
    this.columns = columns;
    return this as never;
  }

  /** Beside each row, called `as`, a column of the row of another table of its projection; null where there is none. */
  with<As extends string, T extends Table, K extends Name<Row<T>>>(
    as: As,
    of: T,
    column: K,
    key: KeyFrom<T, R>,
  ): Selection<R, Shown & { readonly [_ in As]: Row<T>[K] | null }> {
    const sql = this.row.lookUp(of, column, key as never);
    return this.add((query) => query.addSelect(sql, as)) as never;
  }

  /** Beside each row, which is a part of an aggregate, the aggregate's revision: in its stream the part is. */
  withRevisionOf<T extends Table>(
    aggregate: T,
    key: KeyFrom<T, R>,
  ): Selection<R, Shown & { readonly revision: number }> {
    return this.with('revision', aggregate, 'revision', key) as never;
  }

  /** The one row there is, or undefined. */
  async first(): Promise<Shown | undefined> {
    return (await this.read((query) => query.limit(1)))[0];
  }

  /** All rows, in any order. */
  all(): Promise<Shown[]> {
    return this.read(() => {});
  }

  /** All rows, or the first ones, by a column; with `-` before it, descending. */
  ordered(by: Sortable<R> | `-${Sortable<R>}`, limit?: number): Promise<Shown[]> {
    return this.read((query) => this.inOrder(query, by).limit(limit));
  }

  /** At most so many, by chance. */
  atRandom(limit: number): Promise<Shown[]> {
    return this.read((query) => query.orderBy('random()').limit(limit));
  }

  /** One page. The first sort, as written, is the order without a request. Throws what {@link orderOf} throws. */
  async page(sorts: Sorts<Sortable<R>>, request: PageRequest): Promise<Page<Shown>> {
    const order = orderOf(sorts, request);
    const { by, isDescending, after, limit } = order;
    const [column, id] = [by, 'id' as Name<R>].map((name) => this.beside.get(name) ?? this.row.column(name));
    if (after) {
      const [value, last] = after.map(this.row.value);
      this.and(() => `(${column}, ${id}) ${isDescending ? '<' : '>'} (${value}, ${last})`);
    }
    const rows = await this.read((query) =>
      this.inOrder(query.addSelect(`${column}::text`, SORT_KEY), order.sort).limit(limit + 1),
    ).catch((error) => {
      throw errorOf(error, order);
    });
    return pageOf(rows as (Shown & { readonly [SORT_KEY]: string })[], order, 'id' as keyof Shown);
  }

  private add(step: (query: SelectQueryBuilder<R>) => unknown): this {
    this.steps.push(step);
    return this;
  }

  private async read(last: (query: SelectQueryBuilder<R>) => unknown): Promise<Shown[]> {
    const query = (await queryOver(this.table)) as SelectQueryBuilder<R>;
    query.select(this.columns.map((name) => `${this.row.column(name as Name<R>)} as "${name}"`).join(', '));
    for (const step of [...this.steps, last]) step(query);
    const [sql, params] = query.setParameters(this.values).getQueryAndParameters();
    return this.query<Shown>(sql, params);
  }

  private inOrder(query: SelectQueryBuilder<R>, by: string): SelectQueryBuilder<R> {
    const order = by.startsWith('-') ? 'DESC' : 'ASC';
    for (const name of [by.replace(/^-/, ''), 'id']) {
      query.addOrderBy(this.beside.get(name) ?? `${query.alias}.${name}`, order);
    }
    return query;
  }
}
