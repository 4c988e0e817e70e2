import { DomainError, ensure, isUuid } from '@yoyaku/kernel';
import { sqlStateOf } from '@yoyaku/postgres';

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

/** Properties a request may sort by; the first, as written here, is the order without a request. */
export type Sorts<Name extends string> = readonly [Name | `-${Name}`, ...Name[]];

/** A request that was understood: which rows, in which order. */
export interface PageOrder<Name extends string> {
  readonly by: Name;
  readonly isDescending: boolean;
  readonly limit: number;
  /** The sort value and the id of the last row of the page before. */
  readonly after?: readonly [value: unknown, id: unknown];
  readonly sort: string;
}

/** Property of a row that is read for a page: its sort value in full. What is shown of a moment may be shorter. */
export const SORT_KEY = 'sortKey';

const LIMIT = { usual: 50, most: 200 };

/**
 * Lists are paged by keyset: the cost of a page does not grow with the pages before, and rows that come or go meanwhile
 * neither repeat nor hide others. Throws `request.invalid_limit`, `request.invalid_sort`, `request.invalid_cursor`.
 */
export function orderOf<Name extends string>(
  sorts: Sorts<Name>,
  { limit = LIMIT.usual, cursor, sort = sorts[0] }: PageRequest,
): PageOrder<Name> {
  ensure(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT.most, 'request.invalid_limit', { path: 'limit' });
  const by = sort.replace(/^-/, '') as Name;
  ensure(
    sorts.some((allowed) => allowed.replace(/^-/, '') === by),
    'request.invalid_sort',
    { path: 'sort', sort },
  );
  const after = cursor === undefined ? undefined : decode(cursor, sort);
  return { by, isDescending: sort.startsWith('-'), limit, after, sort };
}

/** Of rows in that order, one more than the page holds where there is one, each with its {@link SORT_KEY}. */
export function pageOf<R extends object, Id extends keyof R>(
  rows: readonly (R & { readonly [SORT_KEY]: string })[],
  { limit, sort }: PageOrder<string>,
  id: Id,
): Page<R> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(({ [SORT_KEY]: _, ...item }) => item as unknown as R);
  return { items, nextCursor: rows.length > limit && last ? encode(sort, last[SORT_KEY], last[id]) : null };
}

/** What to throw in place of an error that PostgreSQL answered to a query for a page. */
export function errorOf(error: unknown, { after }: PageOrder<string>): unknown {
  return after && isBadValue(error) ? invalidCursor() : error;
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
