import type { ClientBase } from 'pg';
import { snakeCase } from '../../names';
import { quoted, type TableSql } from '../tables/table-sql';
import { PARTITION } from './partitioned';

/** A row that the live table has otherwise than a fresh fold of the events; null: not at all. */
export interface Difference {
  readonly key: string;
  readonly live: string | null;
  readonly rebuilt: string | null;
}

export interface Sum {
  readonly rows: number;
  /** Sum of the rows' hashes, whatever their order. */
  readonly checksum: string;
}

export interface VerifiedPartition {
  /** Null: rows of the live table that no event accounts for. */
  readonly partition: number | null;
  readonly equal: boolean;
  readonly live: Sum;
  readonly rebuilt: Sum;
}

export interface VerifiedTable {
  readonly table: string;
  /** Of the live table. */
  readonly rows: number;
  /** Those that have rows here or there. */
  readonly partitions: readonly VerifiedPartition[];
  /** The first ones, in the order of keys. */
  readonly differences: readonly Difference[];
}

const SHOWN_DIFFERENCES = 10;

/**
 * By checksum of each partition; only tables that differ are gone through row by row. A live row does not say whose
 * event it comes from: it is of the partition that the trial's row with the same key is of.
 */
export async function compareTables(client: ClientBase, live: TableSql, trial: TableSql): Promise<VerifiedTable> {
  const columns = Object.keys(live.table.columns).map(column);
  const keys = live.table.key.map(column).join(', ');
  const joined = `(select ${keys}, row(${columns})::text as live from ${live.name}) l
    full join (select ${keys}, row(${columns})::text as rebuilt, ${quoted(PARTITION)} as partition from ${trial.name}) r
    using (${keys})`;
  const sumsOf = (rows: string) => `count(${rows})::integer, coalesce(sum(hashtextextended(${rows}, 0)), 0)::text`;
  const sums = await client.query<[number | null, number, string, number, string]>({
    text: `select partition, ${sumsOf('live')}, ${sumsOf('rebuilt')} from ${joined}
      group by partition order by partition nulls last`,
    rowMode: 'array',
  });
  const partitions = sums.rows.map(
    ([partition, liveRows, liveSum, trialRows, trialSum]): VerifiedPartition => ({
      partition,
      equal: liveRows === trialRows && liveSum === trialSum,
      live: { rows: liveRows, checksum: liveSum },
      rebuilt: { rows: trialRows, checksum: trialSum },
    }),
  );
  const table = live.table.name;
  const rows = partitions.reduce((sum, partition) => sum + partition.live.rows, 0);
  if (partitions.every(({ equal }) => equal)) return { table, rows, partitions, differences: [] };
  const different = await client.query<Difference>(
    `select row(${keys})::text collate "C" as key, live, rebuilt from ${joined}
     where live is distinct from rebuilt order by key limit ${SHOWN_DIFFERENCES}`,
  );
  return { table, rows, partitions, differences: different.rows };
}

const column = (property: string): string => quoted(snakeCase(property));
