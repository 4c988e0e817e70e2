import type { AnyProjection } from '../../projection';
import type { Changes } from '../../unit';
import { type Generation, WHOLE } from '../tables/generation';
import { RowCache } from './row-cache';
import { Wanted } from './wanted';

/** Events that a projection is to pass over, by id. */
export type Skips = ReadonlySet<string>;

export interface ShardOptions {
  readonly generation: Generation;
  readonly partition: number;
  readonly position: bigint;
  readonly skips: Skips;
  /** Rows of each table that are kept in memory between batches. */
  readonly remembered: number;
  /** Nothing was written into this generation yet. */
  readonly empty?: boolean;
}

/** One partition of a generation, as the process that runs it knows it. */
export class Shard {
  readonly generation: Generation;
  readonly partition: number;
  readonly skips: Skips;
  /** Everything of this partition up to here is in the rows that are written. */
  position: bigint;
  /** The checkpoint as it stands in PostgreSQL; behind `position` while nothing but the position moved. */
  durable: bigint;
  readonly wanted = new Wanted();
  /** By table, but for those that are only appended to; only this shard's owner changes them. */
  readonly known: Readonly<Record<string, RowCache>>;

  constructor({ generation, partition, position, skips, remembered, empty = false }: ShardOptions) {
    this.generation = generation;
    this.partition = partition;
    this.skips = skips;
    this.position = position;
    this.durable = position;
    this.known = Object.fromEntries(
      [...generation.tables]
        .filter(([, { table }]) => !table.appendOnly)
        .map(([name]) => [name, new RowCache(remembered, empty)]),
    );
  }

  get projection(): AnyProjection {
    return this.generation.projection;
  }

  /** Whether every event concerns it, whatever its partition. */
  get takesAll(): boolean {
    return this.partition === WHOLE || this.projection.global === true;
  }

  /** Takes over what was written. */
  remember(changed: readonly [table: string, changes: Changes][]): void {
    for (const [table, changes] of changed) this.known[table]?.remember(changes);
  }
}
