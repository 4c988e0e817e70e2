import { newUuid } from '@yoyaku/kernel';
import { type Statement, Turns, transaction } from '@yoyaku/postgres';
import type { ClientBase } from 'pg';
import { ahead } from '../running/ahead';
import { BulkStorage } from '../running/bulk-storage';
import type { FillOptions } from '../running/options';
import type { ReadEvent } from '../running/read-event';
import { Runner } from '../running/runner';
import { Shard } from '../running/shard';
import type { RowStorage, TableChange } from '../running/storage';
import { Generation, WHOLE } from '../tables/generation';
import { createTables, dropTables, TRIAL } from '../tables/generations';
import { skipsOf } from '../tables/skips';
import { partitioned } from './partitioned';

const BATCH = 1_000;
const REMEMBERED_ROWS = 20_000;

/** Fills tables that never serve from the beginning of the store, for several projections in one pass. */
export class Trial {
  private readonly owner = newUuid();
  private readonly storage: BulkStorage;
  private readonly together: Runner;
  private readonly generations: ReadonlyMap<string, Generation>;
  /** By projection: what its handlers threw, or PostgreSQL refused. */
  private readonly failures = new Map<string, Error>();

  constructor(private readonly options: FillOptions) {
    this.storage = new BulkStorage(options.databaseUrl);
    this.together = this.runner(this.storage);
    this.generations = new Map(
      options.projections.map((one) => [one.name, new Generation(partitioned(one, options.partitions), TRIAL)]),
    );
  }

  /** Up to here it has applied what concerns all that are not finished. */
  get position(): bigint {
    return this.together.applied;
  }

  async begin(): Promise<void> {
    const { pool } = this.options;
    for (const generation of this.generations.values()) {
      const { name } = generation.projection;
      await transaction(pool, async (client) => {
        await createTables(client, generation, null);
        await client.query('update projecting.checkpoints set owner = $1 where (projection, generation) = ($2, $3)', [
          this.owner,
          name,
          TRIAL,
        ]);
      });
      const { rows } = await pool.query<{ skips: string[] }>(`select ${skipsOf('$1')} as skips`, [name]);
      const skips = new Set(rows[0]?.skips);
      const begun = { partition: WHOLE, position: 0n, skips, remembered: REMEMBERED_ROWS, empty: true, asOne: true };
      this.together.shards.add(new Shard({ generation, ...begun }));
    }
  }

  /** Applies everything up to that position to all that are not finished, and writes how far they are. */
  async advance(to: bigint, onProgress: (events: number, position: bigint) => void): Promise<void> {
    for await (const { events, upTo } of this.batches(this.position, to)) {
      await this.together.apply({ events, upTo });
      onProgress(events.length, upTo);
    }
    await this.together.flush();
  }

  /**
   * Brings one projection to where its partitions stand, within the client's transaction, which began after the last
   * `advance` and alone sees the last events' rows. Gives its tables. Throws what its handlers threw.
   */
  async finish(
    name: string,
    client: ClientBase,
    to: bigint,
    limit: (partition: number) => bigint,
  ): Promise<Generation> {
    const shard = [...this.together.shards].find(({ projection }) => projection.name === name);
    if (!shard) throw this.failures.get(name) ?? new Error('Someone else changed its trial');
    this.together.shards.delete(shard);
    const alone = this.runner(new OpenTransaction(client));
    alone.shards.add(shard);
    for await (const { events, upTo } of this.batches(shard.position, to)) {
      const within = ({ partition, event }: ReadEvent) => event.position <= limit(partition);
      await alone.apply({ events: events.filter(within), upTo });
    }
    const failure = this.failures.get(name);
    if (failure) throw failure;
    return shard.generation;
  }

  /** Drops its tables, unless they are somebody else's by now. */
  async end({ isOurs }: { readonly isOurs: boolean }): Promise<void> {
    await this.storage.close();
    if (!isOurs) return;
    await transaction(this.options.pool, async (client) => {
      for (const name of this.generations.keys()) await dropTables(client, name, TRIAL);
    });
  }

  /** The events after `from` up to `to`. */
  private async *batches(from: bigint, to: bigint): AsyncIterable<{ events: readonly ReadEvent[]; upTo: bigint }> {
    if (from >= to) return;
    for await (const { events, upTo } of ahead(this.options.source.batches(from, BATCH))) {
      if (upTo < to) yield { events, upTo };
      else return yield { events: events.filter(({ event }) => event.position <= to), upTo: to };
    }
  }

  private runner(storage: RowStorage): Runner {
    return new Runner({
      owner: this.owner,
      storage,
      limitsHandlers: true,
      reads: this.options.source.reads,
      onHandled: () => {},
      onUnreadable: ({ projection }, { error }) => this.failures.set(projection.name, new Error(error)),
      onFailure: ({ projection }, { type, stream, revision, error }) =>
        this.failures.set(projection.name, new Error(`${type} (${stream}, revision ${revision}): ${error}`)),
      onFault: ({ projection }, error) =>
        this.failures.set(projection.name, error instanceof Error ? error : new Error(String(error))),
    });
  }
}

/** Writes into a transaction that someone else began, and will end. */
class OpenTransaction implements RowStorage {
  private readonly turns = new Turns();

  constructor(private readonly client: ClientBase) {}

  query({ values = [], ...statement }: Statement): Promise<unknown[][]> {
    return this.turns.take(async () => {
      return (await this.client.query({ ...statement, values: [...values], rowMode: 'array' })).rows;
    });
  }

  async commit(statements: readonly Statement[], changes: readonly TableChange[]): Promise<void> {
    for (const statement of statements) await this.query(statement);
    for (const { table, added, put, removed } of changes) {
      if (removed.length > 0) await this.query(table.remove(removed));
      if (added.length + put.length > 0) await this.query(table.upsert([...added, ...put]));
    }
  }
}
