import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { CHANGED } from '../running/channels';
import type { Skips } from '../running/shard';
import { type Definition, ENGINE } from '../tables/definition';
import { skipsOf } from '../tables/skips';

export interface ShardKey {
  readonly projection: string;
  readonly generation: number;
  readonly partition: number;
  /** Of a party that was quarantined and is to catch up. */
  readonly party?: string;
}

/** A shard as recorded in PostgreSQL. */
export interface ShardRow extends ShardKey {
  readonly position: bigint;
  readonly skips: Skips;
  readonly quarantined: readonly string[];
}

/** A process that runs shards, which definitions, as {@link runsOf} has them, and which events it can read. */
export interface Worker {
  readonly id: string;
  readonly runs: Readonly<Record<string, string>>;
  /** See `EventCodec.reads`. */
  readonly reads: string;
}

interface Candidate extends ShardKey {
  /** What the workers could read that were not able to continue here. */
  readonly refused: readonly string[];
}

interface PartyRow extends ShardKey {
  readonly party: string;
  readonly position: string;
  /** Whether it is to catch up: it was resumed, its event is skipped, or an older build could not read it. */
  readonly resumed: boolean;
}

/** SQL on `projecting.workers`: a worker that is silent for longer counts as dead, and others take its shards. */
export const LIVES = `beat_at > clock_timestamp() - interval '2.5 seconds'`;

/**
 * Who runs which shards, agreed through PostgreSQL without a leader: every worker says once a second that it lives, and
 * each shard belongs to the living worker that ranks highest for it among those that run its definition (while builds
 * are being replaced, not all do). What keeps rows right is not this but the compare-and-set of checkpoints, which
 * names their owner.
 */
export class ShardOwnership {
  constructor(
    private readonly pool: Pool,
    readonly worker: string,
    private readonly reads: string,
  ) {}

  /** Records that this worker is alive, what it runs and its status. Returns all living workers. */
  async beat(definitions: readonly Definition[], status: object): Promise<Worker[]> {
    const runs = runsOf(definitions);
    const { rows } = await this.pool.query<Worker>(
      `with beat as (
         insert into projecting.workers (id, beat_at, status) values ($1, clock_timestamp(), $2)
         on conflict (id) do update set beat_at = excluded.beat_at, status = excluded.status),
       buried as (delete from projecting.workers where beat_at < clock_timestamp() - interval '1 minute')
       select id, coalesce(status->'runs', '{}') as runs, status->>'reads' as reads
       from projecting.workers where ${LIVES} and id <> $1`,
      [this.worker, { ...status, runs, reads: this.reads }],
    );
    return [{ id: this.worker, runs, reads: this.reads }, ...rows];
  }

  /**
   * Takes, among the shards of these projections' current generations, those that are to be run, rank this worker
   * first, and are free; those that it has already are among them. Those that belong to another worker are let go. A
   * projection that is installed in another version or definition is left alone.
   */
  async claim(definitions: readonly Definition[], living: readonly Worker[]): Promise<ShardRow[]> {
    const runs = runsOf(definitions);
    const { rows: all } = await this.pool.query<Candidate>(
      `select c.projection, c.generation, c.partition, coalesce(c.unreadable->'builds', '[]') as refused
       from projecting.checkpoints c
       join projecting.projections p on (p.name, p.generation) = (c.projection, c.generation)
       join unnest($1::text[], $2::integer[], $3::text[]) as d(name, version, digest)
         on (d.name, d.version, d.digest) = (p.name, p.version, p.digest)
       where c.state = 'live'`,
      columns(definitions, 'name', 'version', 'digest'),
    );
    const ours = all.filter(({ projection, partition, refused }) => {
      const able = living.filter(
        (worker) => worker.runs[projection] === runs[projection] && !refused.includes(worker.reads),
      );
      return first(able, projection, partition) === this.worker;
    });
    const { rows } = await this.pool.query<ShardKey & { position: string; skips: string[] }>(
      `with ours as (
         select * from unnest($3::text[], $4::integer[], $5::integer[]) as o(projection, generation, partition)),
       freed as (
         update projecting.checkpoints c set owner = null
         where owner = $1 and partition >= 0 and not exists (
           select from ours o
           where (o.projection, o.generation, o.partition) = (c.projection, c.generation, c.partition))),
       claimed as (
         update projecting.checkpoints c set owner = $1 from ours o
         where (o.projection, o.generation, o.partition) = (c.projection, c.generation, c.partition)
           and (c.owner is null or not c.owner = any($2)) and c.state = 'live'
         returning c.*),
       owned as (
         select * from claimed union all
         select c.* from projecting.checkpoints c join ours using (projection, generation, partition)
         where c.owner = $1 and c.state = 'live')
       select projection, generation, partition, position::text, ${skipsOf('owned.projection')} as skips from owned`,
      [this.worker, living.map(({ id }) => id), ...columns(ours, 'projection', 'generation', 'partition')],
    );
    const parties = await this.parties();
    return rows.flatMap((row): ShardRow[] => {
      const skips = new Set(row.skips);
      const its = parties.filter((party) => party.projection === row.projection && party.partition === row.partition);
      const whole = { ...row, position: BigInt(row.position), skips, quarantined: its.map(({ party }) => party) };
      const resumed = its.filter((party) => party.resumed);
      return [
        whole,
        ...resumed.map(({ party, position }) => ({ ...whole, party, position: BigInt(position), quarantined: [] })),
      ];
    });
  }

  /** Those quarantined in what this worker owns: asked when it is owned, since only its owner changes who they are. */
  private async parties(): Promise<PartyRow[]> {
    const { rows } = await this.pool.query<PartyRow>(
      `select q.projection, q.generation, q.partition, q.party, q.position::text,
         q.failure is null or q.failure->>'eventId' = any(${skipsOf('q.projection')})
           or coalesce(q.failure->>'refusedBy' <> $2, false) as resumed
       from projecting.quarantined q join projecting.checkpoints c using (projection, generation, partition)
       where c.owner = $1`,
      [this.worker, this.reads],
    );
    return rows;
  }

  /** Releases all shards, so that others need not wait for a timeout. */
  async leave(): Promise<void> {
    await this.pool.query(
      `with freed as (update projecting.checkpoints set owner = null where owner = $1),
       gone as (delete from projecting.workers where id = $1)
       select pg_notify('${CHANGED}', '')`,
      [this.worker],
    );
  }
}

const columns = <Row, Name extends keyof Row>(rows: readonly Row[], ...names: Name[]): Row[Name][][] =>
  names.map((name) => rows.map((row) => row[name]));

/** By name, the version, the digest and the engine: shards are never left to a worker that differs in any of them. */
const runsOf = (definitions: readonly Definition[]): Record<string, string> =>
  Object.fromEntries(definitions.map(({ name, version, digest }) => [name, `${version} ${digest} ${ENGINE}`]));

/** Rendezvous hashing: when a worker comes or goes, only the shards that it gains or loses move. */
function first(workers: readonly Worker[], projection: string, partition: number): string | undefined {
  const rank = (worker: string) =>
    createHash('sha1').update(`${worker}:${projection}:${partition}`).digest().readUInt32BE();
  return workers.reduce<{ worker?: string; rank: number }>(
    (best, { id }) => {
      const own = rank(id);
      return own > best.rank ? { worker: id, rank: own } : best;
    },
    { rank: -1 },
  ).worker;
}
