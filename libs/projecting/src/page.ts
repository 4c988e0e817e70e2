import { DomainError, ensure, isUuid } from '@yoyaku/kernel';
import { sqlStateOf } from '@yoyaku/postgres';
import { snakeCase } from './names';
import type { ReadModels } from './read-models';

export interface PageRequest {
  /** 1 to 200; 50 when absent. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** A property to sort by; with `-` before it, descending. */
  readonly sort?: string;
}

export interface Page<Item> {
  readonly items: Item[];
  /** Null when this is the last page. */
  readonly nextCursor: string | null;
}

export interface PagedQuery<Row> {
  /** A whole select; its columns hold those of `sorts` and `id`. */
  readonly sql: string;
  readonly params?: readonly unknown[];
  /** Properties (never null) a request may sort by; the first, as written here, is the order without a request. */
  readonly sorts: readonly [`-${keyof Row & string}` | (keyof Row & string), ...(keyof Row & string)[]];
  /** What tells rows with equal sort values apart; `id` when absent. */
  readonly id?: keyof Row & string;
}

const LIMIT = { usual: 50, most: 200 };

/**
 * One page of a list, by keyset: its cost does not grow with the pages before, and rows that come or go meanwhile
 * neither repeat nor hide others. Throws `request.invalid_limit`, `request.invalid_sort`, `request.invalid_cursor`.
 */
export async function page<Row extends object>(
  readModels: ReadModels,
  { sql, params = [], sorts, id = 'id' as keyof Row & string }: PagedQuery<Row>,
  { limit = LIMIT.usual, cursor, sort = sorts[0] }: PageRequest = {},
): Promise<Page<Row>> {
  ensure(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.most, 'request.invalid_limit', { path: 'limit' });
  const by = sort.replace(/^-/, '') as keyof Row & string;
  ensure(
    sorts.some((allowed) => allowed.replace(/^-/, '') === by),
    'request.invalid_sort',
    { path: 'sort', sort },
  );
  const [order, beyond] = sort.startsWith('-') ? ['desc', '<'] : ['asc', '>'];
  const [column, idColumn] = [`"${snakeCase(by)}"`, `"${snakeCase(id)}"`];
  const values = [...params];
  const place = (value: unknown) => `$${values.push(value)}`;
  const after = cursor === undefined ? undefined : decode(cursor, sort);
  const where = after ? `where (${column}, ${idColumn}) ${beyond} (${place(after[0])}, ${place(after[1])})` : '';
  // In full: what is shown of a moment may be shorter than what it is sorted by.
  const text = `select *, ${column}::text as sort_key from (${sql}) listed ${where} order by ${column} ${order}, ${idColumn} ${order} limit ${limit + 1}`;
  const rows = await readModels.query<Row & { readonly sortKey: string }>(text, values).catch((error) => {
    throw after && isBadValue(error) ? invalidCursor() : error;
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(({ sortKey: _, ...item }) => item as unknown as Row);
  return { items, nextCursor: rows.length > limit && last ? encode(sort, last.sortKey, last[id]) : null };
}

const encode = (sort: string, ...keys: unknown[]): string =>
  Buffer.from(JSON.stringify([sort, ...keys])).toString('base64url');

/** A cursor goes with the order it was made in. */
function decode(cursor: string, sort: string): [unknown, unknown] {
  try {
    const [madeFor, key, id, ...more] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (madeFor === sort && isScalar(key) && isId(id) && more.length === 0) return [key, id];
  } catch {
    // falls through: it is none of ours
  }
  throw invalidCursor();
}

const invalidCursor = (): DomainError => new DomainError('request.invalid_cursor', { path: 'cursor' });

/** SQLSTATE class 22: a value that is none of its column's type; ours come from rows, so someone made it up. */
const isBadValue = (error: unknown): boolean => sqlStateOf(error)?.startsWith('22') ?? false;

const isId = (value: unknown): boolean => typeof value === 'number' || (typeof value === 'string' && isUuid(value));

const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
