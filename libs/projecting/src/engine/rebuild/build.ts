import { newUuid, sleep, type Uuid } from '@yoyaku/kernel';
import { denialOf, outcomeOf, transaction } from '@yoyaku/postgres';
import type { PoolClient } from 'pg';
import { ahead } from '../running/ahead';
import { BulkStorage } from '../running/bulk-storage';
import type { FillOptions } from '../running/options';
import { isPassing } from '../running/passing';
import { rearmost } from '../running/positions';
import { type Batch, Runner } from '../running/runner';
import { Shard } from '../running/shard';
import { Unwritten } from '../running/storage';
import { partitionsOf } from '../tables/definition';
import { Generation, WHOLE } from '../tables/generation';
import { createTables, indexesOf } from '../tables/generations';
import { skipsOf } from '../tables/skips';
import { Progress } from './progress';
import type { RebuildFailure } from './rebuild-requests';
import { swap } from './swap';
import { WriteBehind } from './write-behind';

export interface BuildOptions extends FillOptions {
  readonly id: Uuid;
  readonly onRetry: (error: unknown) => void;
}

/** Of larger ones the rows outlive the young generation of the heap; of smaller ones each table's COPY costs more. */
const BATCH = 2_000;
const REMEMBERED_ROWS = 20_000;
const RETRY = 250;
/** If so many more parties are left out than in live, the new version is wrong, and live stays. */
const MOST_QUARANTINED = 10;
/** Pause after a swap that gave up, so that others can work. */
const SWAP_PAUSE = 1_000;

/** Another process works on it, or it was cancelled. */
class Ended extends Error {}

/**
 * One rebuild: fills new generations of its projections from the beginning of the store in one pass, or continues one
 * that was interrupted. It follows until it is level with the live generations, and then takes their place.
 */
export class Build {
  /** Names this attempt in the checkpoints, so that an attempt believed dead can write nothing more. */
  private readonly owner = newUuid();
  private readonly storage: WriteBehind;
  private readonly runner: Runner;
  /** There are shards, which PostgreSQL may come to know better than we. */
  private begun = false;
  private failure: RebuildFailure | undefined;
  /** By projection, the parties that are left out since one of their events could not be applied. */
  private readonly quarantined = new Map<string, Set<string>>();
  /** By projection, how many parties live leaves out. */
  private readonly outOfLive = new Map<string, number>();
  /** Only a newer build can read on: it is left to that one. */
  private isUnreadable = false;
  private readonly progress: Progress;

  constructor(private readonly options: BuildOptions) {
    this.storage = new WriteBehind(new BulkStorage(options.databaseUrl));
    this.progress = new Progress(options.pool, options.id);
    this.runner = new Runner({
      owner: this.owner,
      storage: this.storage,
      limitsHandlers: true,
      reads: options.source.reads,
      onHandled: () => {},
      onFailure: ({ projection }, failure, _, party) => {
        if (party === undefined || this.quarantine(projection.name, party)) this.failure = failure;
      },
      onUnreadable: () => {
        this.isUnreadable = true;
      },
      onFault: (_, error) => {
        this.failure = { error: String(error) };
      },
    });
  }

  /**
   * Resolves with whether it took its place; else it was cancelled, failed, taken over by another, or `signal` aborted.
   */
  async run(signal: AbortSignal): Promise<boolean> {
    // Some statements, of an index above all, take longer than whoever stops us will wait.
    const breakOff = () => void this.storage.close();
    signal.addEventListener('abort', breakOff);
    try {
      await this.patiently(signal, () => this.begin());
      await this.patiently(signal, () => this.advance(signal));
      await this.patiently(signal, () => this.index());
      for (;;) {
        await this.patiently(signal, () => this.advance(signal));
        if (await this.patiently(signal, () => this.swap())) return true;
        await sleep(SWAP_PAUSE, { signal });
      }
    } catch (error) {
      if (error instanceof Ended) return false;
      this.failure ??= { error: explained(error) };
      return false;
    } finally {
      signal.removeEventListener('abort', breakOff);
      if (this.failure) await this.fail(this.failure);
      await this.storage.close();
    }
  }

  /** Makes the tables, or finds those that an earlier attempt has filled in part. */
  private async begin(): Promise<void> {
    const { pool, id, projections } = this.options;
    await transaction(pool, async (client) => {
      const { rows } = await client.query<{ processed: number }>(
        `select processed from projecting.rebuilds where id = $1 and state in ('running', 'paused') for update`,
        [id],
      );
      if (!rows[0]) throw new Ended();
      this.progress.resume(rows[0].processed);
      for (const projection of projections) {
        const number = await nextGeneration(client, projection.name);
        const generation = new Generation(projection, number);
        const place = [projection.name, number, WHOLE, id, this.owner];
        const take = `update projecting.checkpoints set owner = $5
          where (projection, generation, partition, built_for) = ($1, $2, $3, $4)`;
        const { rowCount } = await client.query(take, place);
        if (rowCount) continue;
        await createTables(client, generation, id);
        await client.query(take, place);
      }
    });
    await this.load();
    this.begun = true;
  }

  /** Loads the shards from PostgreSQL. */
  private async load(): Promise<void> {
    const { pool, projections } = this.options;
    const { rows } = await pool.query<{
      name: string;
      generation: number;
      position: string;
      skips: string[];
      quarantined: string[];
      out_of_live: number;
    }>(
      `select projection as name, generation, position::text, ${skipsOf('c.projection')} as skips,
         array(select party from projecting.quarantined q
               where (q.projection, q.generation) = (c.projection, c.generation)) as quarantined,
         (select count(*)::integer from projecting.quarantined q
          join projecting.projections p on (p.name, p.generation) = (q.projection, q.generation)
          where q.projection = c.projection) as out_of_live
       from projecting.checkpoints c where owner = $1`,
      [this.owner],
    );
    if (rows.length < projections.length) throw new Ended();
    this.runner.shards.clear();
    for (const projection of projections) {
      const row = rows.find(({ name }) => name === projection.name);
      if (!row) throw new Ended();
      const position = BigInt(row.position);
      const generation = new Generation(projection, row.generation);
      const skips = new Set(row.skips);
      this.quarantined.set(projection.name, new Set(row.quarantined));
      this.outOfLive.set(projection.name, row.out_of_live);
      this.runner.shards.add(
        new Shard({
          generation,
          partition: WHOLE,
          position,
          skips,
          quarantined: row.quarantined,
          remembered: REMEMBERED_ROWS,
          empty: position === 0n,
        }),
      );
    }
  }

  /** Notes a party that is left out; true when these are too many. */
  private quarantine(projection: string, party: string): boolean {
    const parties = (this.quarantined.get(projection) ?? new Set()).add(party);
    this.quarantined.set(projection, parties);
    return parties.size > (this.outOfLive.get(projection) ?? 0) + MOST_QUARANTINED;
  }

  /** Applies everything up to the end of the store, until so little was new that the rest can wait for the swap. */
  private async advance(signal: AbortSignal): Promise<void> {
    const { source } = this.options;
    for (let found = BATCH; found >= BATCH; ) {
      found = 0;
      this.progress.head = await source.head();
      for await (const batch of ahead(source.batches(this.position, BATCH))) {
        if (signal.aborted) throw new Ended();
        await this.apply(batch);
        found += batch.events.length;
        if (!(await this.progress.show(this.position, signal))) throw new Ended();
      }
      await this.storage.settled();
    }
  }

  private async apply(batch: Batch): Promise<void> {
    await this.runner.apply(batch);
    if (this.isUnreadable) await this.storage.settled();
    if (this.failure || this.isUnreadable) throw new Ended();
    if (this.runner.shards.size < this.options.projections.length) throw new Unwritten('A checkpoint was moved');
    this.progress.processed += batch.events.length;
  }

  private get position(): bigint {
    return rearmost([...this.runner.shards].map(({ position }) => position)) ?? 0n;
  }

  private async index(): Promise<void> {
    for (const { generation } of this.runner.shards) {
      for (const text of indexesOf(generation)) await this.storage.query({ text });
      for (const { analyze } of generation.tables.values()) await this.storage.query({ text: analyze });
    }
  }

  /** Takes the place of the live ones; see {@link swap}. */
  private swap(): Promise<boolean> {
    const { pool, id, partitions, source } = this.options;
    return swap({
      pool,
      successors: () =>
        [...this.runner.shards].map(({ generation, position }) => ({
          generation,
          position,
          partitions: partitionsOf(generation.projection, partitions),
        })),
      catchUp: async (isLate) => {
        for await (const batch of source.batches(this.position, BATCH)) {
          await this.apply(batch);
          if (isLate()) break;
        }
        await this.storage.settled();
      },
      record: async (client, heldMs) => {
        const { rowCount } = await client.query(
          `update projecting.rebuilds
           set state = 'done', ended_at = now(), processed = $2, position = $3, head = $3, swap_ms = $4
           where id = $1 and state = 'running'`,
          [id, this.progress.processed, `${this.position}`, heldMs],
        );
        if (!rowCount) throw new Ended();
      },
    });
  }

  private async fail(failure: RebuildFailure): Promise<void> {
    await this.options.pool.query(
      `update projecting.rebuilds set state = 'failed', ended_at = now(), failure = $2 where id = $1 and state = 'running'`,
      [this.options.id, failure],
    );
  }

  /** Tries again while PostgreSQL or the store is away, or when something was not written. */
  private async patiently<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> {
    for (let again = false; ; again = true) {
      try {
        if (again && this.begun) await this.load();
        return await step();
      } catch (error) {
        // Waiting does not give us what an operator has to grant: the rebuild ends, with what PostgreSQL says.
        const isDenied = denialOf(error) === 'access denied';
        if (error instanceof Ended || isDenied || !isPassing(error)) throw error;
        if (signal.aborted) throw new Ended();
        this.options.onRetry(error);
        if (outcomeOf(error) !== 'conflict') await sleep(RETRY, { signal });
      }
    }
  }
}

async function nextGeneration(client: PoolClient, projection: string): Promise<number> {
  const { rows } = await client.query<{ generation: number }>(
    'select generation from projecting.projections where name = $1',
    [projection],
  );
  return (rows[0]?.generation ?? 0) + 1;
}

/** With what PostgreSQL adds: which views build on one that is in the way, for instance. */
function explained(error: unknown): string {
  const detail = error instanceof Error && 'detail' in error && error.detail ? `: ${error.detail}` : '';
  return `${error}${detail}`;
}
