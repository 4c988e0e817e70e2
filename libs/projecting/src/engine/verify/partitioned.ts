import { partitionOf } from '@yoyaku/eventing';
import type { AnyProjection, Tables } from '../../projection';
import { integer, type Table } from '../../table';
import { partitionsOf } from '../tables/definition';

/** The column that says which partition's event wrote a row last. */
export const PARTITION = '$partition';

/** The same projection with {@link PARTITION} in all its tables. */
export function partitioned(projection: AnyProjection, partitions: number): AnyProjection {
  const count = partitionsOf(projection, partitions);
  const mark: Table['mark'] = (event) => ({ [PARTITION]: partitionOf(event, count) });
  const tables = Object.entries(projection.tables as Tables).map(([name, table]) => [
    name,
    { ...table, columns: { ...table.columns, [PARTITION]: integer }, mark },
  ]);
  return { ...projection, tables: Object.fromEntries(tables) };
}
