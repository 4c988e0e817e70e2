import { AsyncLocalStorage } from 'node:async_hooks';
import { projections } from '@yoyaku/composition';
import { ReadModels, type Table, tablesIn } from '@yoyaku/projecting';

/** By the name of a table, the read model that it belongs to. */
const readModelOf = new Map(
  projections.flatMap(({ name, tables }) => Object.values<Table>(tables).map((table) => [table.name, name])),
);

const reading = new AsyncLocalStorage<Set<string>>();
const { query } = ReadModels.prototype;

ReadModels.prototype.query = function <Row>(this: ReadModels, ...given: Parameters<typeof query>): Promise<Row[]> {
  for (const table of tablesIn(given[0])) reading.getStore()?.add(readModelOf.get(table) ?? table);
  return query.apply(this, given) as Promise<Row[]>;
};

/** Does it, and adds the names of the read models that are read meanwhile. */
export const watchReads = <T>(readModels: Set<string>, doing: () => PromiseLike<T>): Promise<T> =>
  // Awaited within, because a request of Fastify's `inject` begins when it is awaited.
  reading.run(readModels, async () => await doing());
