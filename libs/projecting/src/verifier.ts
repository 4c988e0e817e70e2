import type { EventCodec, EventStore } from '@yoyaku/eventing';
import { DomainError, ensure, newUuid } from '@yoyaku/kernel';
import { tryHolding } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import { ahead } from './engine/ahead';
import { BulkStorage } from './engine/bulk-storage';
import { type Definition, definitionOf, standingOf } from './engine/definition';
import { EventSource } from './engine/event-source';
import { createTables, dropTables, TRIAL } from './engine/generations';
import { furthest, rearmost } from './engine/positions';
import { Runner } from './engine/runner';
import { Generation, Shard, schemaOf, WHOLE } from './engine/shard';
import { TableSql } from './engine/table-sql';
import type { AnyProjection } from './projection';

export interface VerifierOptions {
  readonly projections: readonly AnyProjection[];
  readonly partitions: number;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
}

/** A row that the live table has otherwise than a fresh fold of the events; null: not at all. */
export interface Difference {
  readonly key: string;
  readonly live: string | null;
  readonly rebuilt: string | null;
}

export interface VerifiedTable {
  readonly table: string;
  /** Of the live table. */
  readonly rows: number;
  /** The first ones, in the order of keys. */
  readonly differences: readonly Difference[];
}

export interface VerifiedProjection {
  readonly name: string;
  readonly equal: boolean;
  /** Both were compared as of here. */
  readonly position: string;
  readonly tables: readonly VerifiedTable[];
}

const BATCH = 5_000;
const REMEMBERED_ROWS = 20_000;
const SHOWN_DIFFERENCES = 10;
const FETCH = 1_000;

interface Live {
  readonly generation: number;
  /** Checkpoints, by partition. */
  readonly positions: ReadonlyMap<number, bigint>;
}

/** Holds read models against a fresh fold of all events, beside the live ones and without stopping them. */
export class ProjectionVerifier {
  private readonly source: EventSource;

  constructor(private readonly options: VerifierOptions) {
    this.source = new EventSource({ ...options, check: () => options.pool.query('select') });
  }

  /**
   * Throws `projection.not_found`, `projection.changed` (this build's definition is not the installed one),
   * `projection.not_live`, `projection.verifying`, or what made the fold fail.
   */
  async verify(name: string, onProgress: (events: number) => void = () => {}): Promise<VerifiedProjection> {
    const projection = this.options.projections.find((one) => one.name === name);
    if (!projection) throw new DomainError('projection.not_found', { name });
    let result: VerifiedProjection | undefined;
    const lock = { url: this.options.databaseUrl, lock: `yoyaku.verify.${name}`, signal: new AbortController().signal };
    const held = await tryHolding(lock, async () => {
      result = await this.compare(projection, onProgress);
    });
    if (!held || !result) throw new DomainError('projection.verifying', { name });
    return result;
  }

  private async compare(projection: AnyProjection, onProgress: (events: number) => void): Promise<VerifiedProjection> {
    const { pool } = this.options;
    const { name } = projection;
    const before = await liveOf(pool, projection);
    const trial = new Generation(projection, TRIAL);
    const storage = new BulkStorage(this.options.databaseUrl);
    const snapshot = await pool.connect();
    try {
      const runner = await this.begin(trial, storage);
      const everywhere = rearmost(before.positions.values()) ?? 0n;
      await this.fold(runner, 0n, everywhere, () => everywhere, onProgress);
      // Rows and checkpoints move together, so one snapshot shows live rows and how far exactly they are.
      await snapshot.query('begin isolation level repeatable read, read only');
      const live = await liveOf(snapshot, projection);
      ensure(live.generation === before.generation, 'projection.not_live', { name });
      const position = furthest(everywhere, ...live.positions.values());
      const limit = (partition: number) => live.positions.get(projection.global ? 0 : partition) ?? 0n;
      await this.fold(runner, everywhere, position, limit, onProgress);
      const tables: VerifiedTable[] = [];
      for (const [property, rebuilt] of trial.tables) {
        const current = new TableSql(schemaOf(name, live.generation), projection.tables[property]);
        tables.push(await compareTables(snapshot, storage, current, rebuilt));
      }
      const equal = tables.every(({ differences }) => differences.length === 0);
      return { name, equal, position: `${position}`, tables };
    } finally {
      await snapshot.query('rollback').catch(() => {});
      snapshot.release();
      await storage.close();
      await withClient(pool, (client) => dropTables(client, name, TRIAL));
    }
  }

  private async begin(trial: Generation, storage: BulkStorage): Promise<Runner> {
    const { pool } = this.options;
    const owner = newUuid();
    const { name, version } = trial.projection;
    await withClient(pool, (client) => createTables(client, trial, null));
    await pool.query('update projecting.checkpoints set owner = $1 where (projection, generation) = ($2, $3)', [
      owner,
      name,
      TRIAL,
    ]);
    const { rows } = await pool.query<{ event_id: string }>(
      'select event_id from projecting.skips where (projection, version) = ($1, $2)',
      [name, version],
    );
    const runner = new Runner({
      owner,
      storage,
      onHandled: () => {},
      onFailure: (_, { type, stream, revision, error }) => {
        throw new Error(`${type} (${stream}, revision ${revision}): ${error}`);
      },
    });
    const skips = new Set(rows.map((row) => row.event_id));
    runner.shards.add(
      new Shard({ generation: trial, partition: WHOLE, position: 0n, skips, remembered: REMEMBERED_ROWS, empty: true }),
    );
    return runner;
  }

  /** Applies the events after `from` up to `to`, of each partition only those up to its limit. */
  private async fold(
    runner: Runner,
    from: bigint,
    to: bigint,
    limit: (partition: number) => bigint,
    onProgress: (events: number) => void,
  ): Promise<void> {
    if (from >= to) return;
    for await (const { events, upTo } of ahead(this.source.batches(from, BATCH))) {
      const within = events.filter(({ partition, event }) => event.position <= limit(partition));
      await runner.apply({ events: within, upTo: upTo < to ? upTo : to });
      onProgress(within.length);
      if (upTo >= to) return;
    }
  }
}

async function liveOf(client: Pool | PoolClient, projection: AnyProjection): Promise<Live> {
  const { rows } = await client.query<
    Definition & { generation: number; partition: number; position: string; state: string }
  >(
    `select p.name, p.version, p.digest, p.generation, c.partition, c.position::text, c.state
     from projecting.projections p
     join projecting.checkpoints c on (c.projection, c.generation) = (p.name, p.generation) where p.name = $1`,
    [projection.name],
  );
  const [first] = rows;
  if (!first) throw new DomainError('projection.not_found', { name: projection.name });
  ensure(standingOf(definitionOf(projection), first) === 'current', 'projection.changed', { name: projection.name });
  ensure(
    rows.every(({ state }) => state === 'live'),
    'projection.not_live',
    { name: projection.name },
  );
  return {
    generation: first.generation,
    positions: new Map(rows.map(({ partition, position }) => [partition, BigInt(position)])),
  };
}

/** By checksum first; only tables that differ are gone through. */
async function compareTables(
  live: PoolClient,
  storage: BulkStorage,
  current: TableSql,
  rebuilt: TableSql,
): Promise<VerifiedTable> {
  const checksum = ({ name }: TableSql) =>
    `select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from ${name} t`;
  const [[rows, sum] = []] = (await live.query<unknown[]>({ text: checksum(current), rowMode: 'array' })).rows;
  const [[trialRows, trialSum] = []] = await storage.query({ text: checksum(rebuilt) });
  const table = current.table.name;
  if (rows === trialRows && sum === trialSum) return { table, rows: Number(rows), differences: [] };
  const left = ordered(async (text) => (await live.query<unknown[]>({ text, rowMode: 'array' })).rows, current);
  const right = ordered((text) => storage.query({ text }), rebuilt);
  return { table, rows: Number(rows), differences: await firstDifferences(left, right) };
}

type KeyedRow = readonly [key: string, row: string];

/** All rows, by keyset, in the order of their keys as text. */
async function* ordered(query: (text: string) => Promise<unknown[][]>, table: TableSql): AsyncGenerator<KeyedRow> {
  let after: string | undefined;
  for (;;) {
    const beyond = after === undefined ? '' : `where key > ${literal(after)} collate "C"`;
    const rows = (await query(
      `select key, row from (select ${table.keyText} collate "C" as key, t::text as row from ${table.name} t) keyed
       ${beyond} order by key limit ${FETCH}`,
    )) as unknown as KeyedRow[];
    yield* rows;
    after = rows.at(-1)?.[0];
    if (rows.length < FETCH) return;
  }
}

async function firstDifferences(
  live: AsyncGenerator<KeyedRow>,
  rebuilt: AsyncGenerator<KeyedRow>,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  let left = (await live.next()).value as KeyedRow | undefined;
  let right = (await rebuilt.next()).value as KeyedRow | undefined;
  while ((left || right) && differences.length < SHOWN_DIFFERENCES) {
    const key = !right || (left && inOrder(left[0], right[0])) ? (left as KeyedRow)[0] : right[0];
    const [here, there] = [left?.[0] === key ? left[1] : null, right?.[0] === key ? right[1] : null];
    if (here !== there) differences.push({ key, live: here, rebuilt: there });
    if (here !== null) left = (await live.next()).value as KeyedRow | undefined;
    if (there !== null) right = (await rebuilt.next()).value as KeyedRow | undefined;
  }
  return differences;
}

/** As PostgreSQL's collation "C" has it. */
const inOrder = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

async function withClient(pool: Pool, run: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await run(client);
  } finally {
    client.release();
  }
}
