import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { CHANGED } from '../running/channels';
import type { Skips } from '../running/shard';
import type { Definition } from '../tables/definition';

export interface Place {
  readonly projection: string;
  readonly generation: number;
  readonly partition: number;
}

/** A shard as PostgreSQL has it. */
export interface ShardRow extends Place {
  readonly position: bigint;
  readonly skips: Skips;
}

/** A process that runs shards, and which definitions, as {@link runsOf} has them. */
export interface Worker {
  readonly id: string;
  readonly runs: Readonly<Record<string, string>>;
}

/** SQL, over `projecting.workers`: one that is silent for longer has died; what it owned goes to others. */
export const LIVES = `beat_at > clock_timestamp() - interval '2.5 seconds'`;

/**
 * Who runs which shards, agreed through PostgreSQL without a leader: every worker says once a second that it lives, and
 * each shard belongs to the living worker that ranks highest for it among those that run its definition (while builds are
 * being replaced, not all do). What keeps rows right is not this but the
 * compare-and-set of checkpoints, which names their owner.
 */
export class Ownership {
  constructor(
    private readonly pool: Pool,
    readonly worker: string,
  ) {}

  /** Says that this worker lives, what it runs, and what else it has to tell. Gives all that live. */
  async beat(definitions: readonly Definition[], status: object): Promise<Worker[]> {
    const runs = runsOf(definitions);
    const { rows } = await this.pool.query<Worker>(
      `with beat as (
         insert into projecting.workers (id, beat_at, status) values ($1, clock_timestamp(), $2)
         on conflict (id) do update set beat_at = excluded.beat_at, status = excluded.status),
       buried as (delete from projecting.workers where beat_at < clock_timestamp() - interval '1 minute')
       select id, coalesce(status->'runs', '{}') as runs from projecting.workers where ${LIVES} and id <> $1`,
      [this.worker, { ...status, runs }],
    );
    return [{ id: this.worker, runs }, ...rows];
  }

  /**
   * Takes, among the shards of these projections' current generations, those that are to be run, rank this worker first,
   * and are free; those that it has already are among them. Those that belong to another worker are let go. A projection
   * that is installed in another version or definition is left alone.
   */
  async claim(definitions: readonly Definition[], living: readonly Worker[]): Promise<ShardRow[]> {
    const runs = runsOf(definitions);
    const { rows: all } = await this.pool.query<Place>(
      `select c.projection, c.generation, c.partition from projecting.checkpoints c
       join projecting.projections p on (p.name, p.generation) = (c.projection, c.generation)
       join unnest($1::text[], $2::integer[], $3::text[]) as d(name, version, digest)
         on (d.name, d.version, d.digest) = (p.name, p.version, p.digest)
       where c.state = 'live'`,
      columns(definitions, 'name', 'version', 'digest'),
    );
    const ours = all.filter(({ projection, partition }) => {
      const able = living.filter((worker) => worker.runs[projection] === runs[projection]);
      return first(able, projection, partition) === this.worker;
    });
    const { rows } = await this.pool.query<Place & { position: string; skips: string[] }>(
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
       select projection, generation, partition, position::text,
         array(select event_id::text from projecting.skips s join projecting.projections p
           on p.name = s.projection and p.version = s.version where s.projection = owned.projection) as skips
       from owned`,
      [this.worker, living.map(({ id }) => id), ...columns(ours, 'projection', 'generation', 'partition')],
    );
    return rows.map((row) => ({ ...row, position: BigInt(row.position), skips: new Set(row.skips) }));
  }

  /** Lets go of everything, so that others need not wait. */
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

/** By name, the version and digest. */
const runsOf = (definitions: readonly Definition[]): Record<string, string> =>
  Object.fromEntries(definitions.map(({ name, version, digest }) => [name, `${version} ${digest}`]));

/** Rendezvous hashing: a worker that comes or goes moves only the shards that it gains or loses. */
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
