import { DomainError, ensure } from '@yoyaku/kernel';
import { closeClient, connectionConfig, tryHolding } from '@yoyaku/postgres';
import { Client, type ClientBase, type Pool } from 'pg';
import { EventSource } from './engine/running/event-source';
import type { ReadModelOptions } from './engine/running/options';
import { furthest, rearmost } from './engine/running/positions';
import { type Definition, definitionOf, standingOf } from './engine/tables/definition';
import { schemaOf } from './engine/tables/generation';
import { TableSql } from './engine/tables/table-sql';
import { compareTables, type VerifiedTable } from './engine/verify/comparison';
import { Trial } from './engine/verify/trial';
import type { AnyProjection } from './projection';

export interface VerifiedProjection {
  readonly name: string;
  readonly equal: boolean;
  /** Both were compared as of here; null when they could not be compared. */
  readonly position: string | null;
  /** Why they could not be compared, as an error's message; null when they were. */
  readonly obstacle: string | null;
  readonly tables: readonly VerifiedTable[];
}

export interface VerifyProgress {
  /** Events folded so far. */
  readonly processed: number;
  /** Events there are, as far as positions tell. */
  readonly total: number;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number;
}

interface Live {
  readonly generation: number;
  /** Checkpoints, by partition. */
  readonly positions: ReadonlyMap<number, bigint>;
}

/** Holds read models against a fresh fold of all events, beside the live ones and without stopping them. */
export class ProjectionVerifier {
  private readonly source: EventSource;

  constructor(private readonly options: ReadModelOptions) {
    this.source = new EventSource({ ...options, check: () => options.pool.query('select') });
  }

  /**
   * Folds them in one pass over the store, and compares each as of one moment. What keeps one from being compared
   * (`projection.not_live`, `projection.changed`: this build's definition is not the installed one, a handler that
   * throws) is told with it, and is no obstacle to the others. Throws `projection.not_found`, `projection.verifying`.
   */
  async verify(
    names: readonly string[],
    onProgress: (progress: VerifyProgress) => void = () => {},
  ): Promise<VerifiedProjection[]> {
    const { databaseUrl, projections } = this.options;
    const wanted = names.map((name) => {
      const found = projections.find((one) => one.name === name);
      if (!found) throw new DomainError('projection.not_found', { name });
      return found;
    });
    let verified: VerifiedProjection[] | undefined;
    const lock = { url: databaseUrl, lock: 'yoyaku.verify', signal: new AbortController().signal };
    await tryHolding(lock, async (held) => {
      verified = await this.verifyAll(wanted, onProgress, held);
    });
    if (!verified) throw new DomainError('projection.verifying', {});
    return verified;
  }

  private async verifyAll(
    projections: readonly AnyProjection[],
    onProgress: (progress: VerifyProgress) => void,
    held: AbortSignal,
  ): Promise<VerifiedProjection[]> {
    const ensureAlone = () => {
      if (held.aborted) throw new Error('The connection was lost that keeps others from verifying at the same time');
    };
    const trial = new Trial({ ...this.options, source: this.source, projections });
    const tell = progressTo(await this.source.head(), (progress) => {
      ensureAlone();
      onProgress(progress);
    });
    const left = new Set(projections.map(({ name }) => name));
    const verified: VerifiedProjection[] = [];
    try {
      await trial.begin();
      for (const projection of projections) {
        const { name } = projection;
        await trial.advance(await rearmostOf(this.options.pool, [...left]), tell);
        left.delete(name);
        const incomparable = { name, equal: false, position: null, tables: [] };
        const compared = this.compare(projection, trial);
        verified.push(await compared.catch((error) => ({ ...incomparable, obstacle: messageOf(error) })));
        ensureAlone();
      }
      return verified;
    } finally {
      await trial.end({ isOurs: !held.aborted });
    }
  }

  /** Rows and checkpoints move together, so one snapshot shows live rows and how far exactly they are. */
  private async compare(projection: AnyProjection, trial: Trial): Promise<VerifiedProjection> {
    const { name, global } = projection;
    // The tables may be large, and summing them up takes its time.
    const client = new Client(connectionConfig(this.options.databaseUrl, { patience: 0 }));
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('begin isolation level repeatable read');
      const { generation, positions } = await liveOf(client, projection);
      const position = furthest(0n, ...positions.values());
      // One that was behind while it was not live is no longer to be met.
      ensure((rearmost(positions.values()) ?? 0n) >= trial.position, 'projection.not_live', { name });
      const limit = (partition: number) => positions.get(global ? 0 : partition) ?? 0n;
      const rebuilt = await trial.finish(name, client, position, limit);
      const tables: VerifiedTable[] = [];
      for (const [property, table] of rebuilt.tables) {
        const live = new TableSql(schemaOf(name, generation), projection.tables[property]);
        tables.push(await compareTables(client, live, table));
      }
      const equal = tables.every(({ partitions }) => partitions.every((partition) => partition.equal));
      return { name, equal, position: `${position}`, obstacle: null, tables };
    } finally {
      await closeClient(client);
    }
  }
}

/** Where the trial of these can go without passing any that is live. */
async function rearmostOf(pool: Pool, names: readonly string[]): Promise<bigint> {
  const { rows } = await pool.query<{ position: string | null }>(
    `select min(c.position)::text as position from projecting.checkpoints c
     join projecting.projections p on (p.name, p.generation) = (c.projection, c.generation)
     where c.state = 'live' and p.name = any($1)`,
    [names],
  );
  return BigInt(rows[0]?.position ?? 0);
}

async function liveOf(client: ClientBase, projection: AnyProjection): Promise<Live> {
  const { rows } = await client.query<
    Definition & { generation: number; partition: number; position: string; state: string; quarantined: boolean }
  >(
    `select p.name, p.version, p.digest, p.generation, c.partition, c.position::text, c.state,
       exists (select from projecting.quarantined q
               where (q.projection, q.generation) = (p.name, p.generation)) as quarantined
     from projecting.projections p
     join projecting.checkpoints c on (c.projection, c.generation) = (p.name, p.generation) where p.name = $1`,
    [projection.name],
  );
  const [first] = rows;
  if (!first) throw new DomainError('projection.not_found', { name: projection.name });
  ensure(standingOf(definitionOf(projection), first) === 'current', 'projection.changed', { name: projection.name });
  ensure(
    rows.every(({ state, quarantined }) => state === 'live' && !quarantined),
    'projection.not_live',
    { name: projection.name },
  );
  return {
    generation: first.generation,
    positions: new Map(rows.map(({ partition, position }) => [partition, BigInt(position)])),
  };
}

function progressTo(end: bigint, tell: (progress: VerifyProgress) => void) {
  const began = performance.now();
  let processed = 0;
  return (events: number, position: bigint): void => {
    processed += events;
    const done = Math.min(Number(position) / Math.max(Number(end), 1), 1);
    const total = done > 0 ? Math.max(Math.round(processed / done), processed) : processed;
    const eventsPerSecond = Math.round((processed / (performance.now() - began)) * 1_000);
    tell({
      processed,
      total,
      eventsPerSecond,
      secondsLeft: Math.ceil((total - processed) / Math.max(eventsPerSecond, 1)),
    });
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
