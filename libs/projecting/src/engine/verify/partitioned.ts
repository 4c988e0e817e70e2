import { partitionOf } from '@yoyaku/eventing';
import type { AnyProjection, Rows, Tables, Unit } from '../../projection';
import { integer } from '../../table';
import { partitionsOf } from '../tables/definition';

/** The column that says which partition's event wrote a row last. */
export const PARTITION = '$partition';

type AnyHandler = NonNullable<AnyProjection['onEvery']>;
type AnyUnit = Unit<Tables>;

/** The same projection with {@link PARTITION} in all its tables. */
export function partitioned(projection: AnyProjection, partitions: number): AnyProjection {
  const count = partitionsOf(projection, partitions);
  let partition = 0;
  const marked = <T extends object>(row: T): T => ({ ...row, [PARTITION]: partition });
  const marking = (rows: Rows): Rows => ({
    get: (key) => rows.get(key),
    put: (row) => rows.put(marked(row)),
    patch: (key, change) => rows.patch(key, marked(change)),
    delete: (key) => rows.delete(key),
  });
  const known = new WeakMap<AnyUnit, AnyUnit>();
  const markingAll = (unit: AnyUnit): AnyUnit => {
    const made = known.get(unit) ?? mapValues(unit, marking);
    known.set(unit, made);
    return made;
  };
  const handling =
    (handler: AnyHandler): AnyHandler =>
    (event, unit) => {
      partition = partitionOf(event, count);
      handler(event, markingAll(unit));
    };
  return {
    ...projection,
    tables: mapValues(projection.tables as Tables, (table) => ({
      ...table,
      columns: { ...table.columns, [PARTITION]: integer },
    })),
    on: mapValues(projection.on, (handler) => handler && handling(handler)),
    onEvery: projection.onEvery && handling(projection.onEvery),
  };
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
