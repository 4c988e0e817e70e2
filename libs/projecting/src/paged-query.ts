import { snakeCase } from './names';
import { errorOf, orderOf, type Page, type PageRequest, pageOf, type Sorts } from './page';
import type { ReadModels } from './read-models';

export interface PagedQuery<Row> {
  /** A whole select; its columns hold those of `sorts` and `id`. */
  readonly sql: string;
  readonly params?: readonly unknown[];
  readonly sorts: Sorts<keyof Row & string>;
  /** What tells rows with equal sort values apart; `id` when absent. */
  readonly id?: keyof Row & string;
}

export async function page<Row extends object>(
  readModels: ReadModels,
  { sql, params = [], sorts, id = 'id' as keyof Row & string }: PagedQuery<Row>,
  request: PageRequest = {},
): Promise<Page<Row>> {
  const pageOrder = orderOf(sorts, request);
  const { by, isDescending, after, limit } = pageOrder;
  const [order, beyond] = isDescending ? ['desc', '<'] : ['asc', '>'];
  const [column, idColumn] = [`"${snakeCase(by)}"`, `"${snakeCase(id)}"`];
  const values = [...params];
  const place = (value: unknown) => `$${values.push(value)}`;
  const where = after ? `where (${column}, ${idColumn}) ${beyond} (${place(after[0])}, ${place(after[1])})` : '';
  const text = `select *, ${column}::text as sort_key from (${sql}) listed ${where} order by ${column} ${order}, ${idColumn} ${order} limit ${limit + 1}`;
  const rows = await readModels.query<Row & { readonly sortKey: string }>(text, values).catch((error) => {
    throw errorOf(error, pageOrder);
  });
  return pageOf(rows, pageOrder, id);
}
