import type { Pool } from 'pg';
import type { ReadingPath } from './engine/live/event-reader';
import { LIVES } from './engine/live/ownership';
import { openRebuilds } from './engine/rebuild/rebuild-requests';
import type { Failure } from './engine/running/read-event';
import { type Definition, definitionOf, type Standing, standingOf } from './engine/tables/definition';
import type { AnyProjection } from './projection';

export interface PartitionStatus {
  readonly partition: number;
  readonly position: string;
  readonly state: 'live' | 'paused' | 'failed';
  /** Null on the direct path, where nobody counts. */
  readonly lagEvents: number | null;
  readonly lagSeconds: number;
  readonly failure: Failure | null;
  /** The event at which it waits for a process that runs a newer build, which alone can read it. */
  readonly unreadable: Failure | null;
}

/** A tenant that a projection leaves out, since one of its events could not be applied. */
export interface QuarantinedTenant {
  /** Of the platform's own events, the stream. */
  readonly tenant: string;
  readonly partition: number;
  /** Its events up to here are in. */
  readonly position: string;
  /** `catching_up`: it was resumed, or the event skipped. */
  readonly state: 'failed' | 'catching_up';
  readonly failure: Failure | null;
}

export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /**
   * How this build's definition stands to what is installed; `changed`: it has another one under the same version, and
   * does not run it. Null when it knows none of that name.
   */
  readonly definition: Standing | null;
  /**
   * `failed`: something in it stopped, a partition or tenants of it. `rebuilding`: a new generation is being built; the
   * current one, if there is one, serves meanwhile.
   */
  readonly state: 'live' | 'rebuilding' | 'paused' | 'failed';
  /** None before the first generation serves. */
  readonly partitions: readonly PartitionStatus[];
  /** Their neighbours in the partition go on without them. */
  readonly quarantined: readonly QuarantinedTenant[];
  readonly eventsPerSecond: number;
  /** The first of its partitions' failures, or of its tenants'. */
  readonly failure: Failure | null;
}

/** How far events have been published to NATS. */
export interface RelayStatus {
  /** Messages published, over the life of the JetStream stream. */
  readonly sequence: number;
  /** Of the last event published. */
  readonly position: string;
}

/** How events come to the projections. */
export interface ReadingStatus {
  /** Processes that run projections, by the way in which events come to them. */
  readonly projectors: Readonly<Record<ReadingPath, number>>;
  /** Null where there is no NATS, or no process that relays just now. */
  readonly relay: RelayStatus | null;
}

interface CheckpointRow extends Definition {
  readonly partition: number;
  readonly position: string;
  readonly state: PartitionStatus['state'];
  readonly failure: Failure | null;
  readonly unreadable: Failure | null;
  readonly lag_events: number | null;
  readonly lag_seconds: number;
  readonly rate: number;
  readonly rebuilding: boolean;
}

/** Of all that are installed, or being built for the first time; `projections` are those that this build knows. */
export async function projectionStatuses(
  pool: Pool,
  projections: readonly AnyProjection[],
): Promise<ProjectionStatus[]> {
  const { rows } = await pool.query<CheckpointRow>(
    `with living as (select id, status, beat_at from projecting.workers where ${LIVES}),
       head as (
         select max(greatest((status->>'position')::bigint, (status->'relay'->>'position')::bigint)) as position,
                max((status->'relay'->>'sequence')::bigint) as sequence
         from living),
       rates as (
         select key as name, sum(value::float8)::float8 as rate from living, jsonb_each_text(status->'rates') group by key),
       -- Checkpoints that merely moved are written now and then; their worker knows better how far they are.
       shards as (
         select p.name, p.version, p.digest, c.partition, c.position, c.state, c.failure,
           c.unreadable->'event' as unreadable, known.*
         from projecting.projections p
         join projecting.checkpoints c on (c.projection, c.generation) = (p.name, p.generation)
         left join living w on w.id = c.owner and not w.status->'catchingUp' ? (p.name || ':' || c.partition)
         cross join lateral (
           select greatest(c.position, (w.status->>'applied')::bigint) as reached,
             case when w.id is null then c.sequence else (w.status->>'sequence')::bigint end as sequence,
             case when w.id is null then clock_timestamp() - c.at
                  else w.beat_at - (w.status->>'waitingSince')::timestamptz end as waiting) known)
       select name, version, digest, partition, shards.position::text, state, failure, unreadable,
         case when head.sequence is null then null when reached >= head.position then 0
              else greatest(head.sequence, shards.sequence) - shards.sequence end as lag_events,
         case when reached >= head.position then 0
              else greatest(extract(epoch from coalesce(waiting, '0')), 0)::float8 end as lag_seconds,
         coalesce(rates.rate, 0) as rate,
         exists (select from projecting.rebuilds r where r.state = 'running' and name = any(r.projections)) as rebuilding
       from shards cross join head left join rates using (name)
       order by name, partition`,
  );
  const known = new Map(projections.map((projection) => [projection.name, definitionOf(projection)]));
  const installed = Map.groupBy(rows, ({ name }) => name);
  const tenants = Map.groupBy(await quarantinedTenants(pool), ({ projection }) => projection);
  const first = (await definitionsUnderWay(pool)).filter(({ name }) => !installed.has(name));
  return [
    ...[...installed].map(([name, its]) => statusOf(its, known.get(name), tenants.get(name) ?? [])),
    ...first.map((definition) => beforeTheFirst(definition, known.get(definition.name))),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function definitionsUnderWay(pool: Pool): Promise<Definition[]> {
  const requests = await openRebuilds(pool);
  return requests.flatMap(({ definitions }) => definitions);
}

const beforeTheFirst = ({ name, version }: Definition, known: Definition | undefined): ProjectionStatus => ({
  name,
  version,
  definition: known ? 'newer' : null,
  state: 'rebuilding',
  partitions: [],
  quarantined: [],
  eventsPerSecond: 0,
  failure: null,
});

export async function readingStatus(pool: Pool): Promise<ReadingStatus> {
  const { rows } = await pool.query<ReadingStatus>(
    `select json_build_object(
         'nats', count(*) filter (where status->>'path' = 'nats'),
         'store', count(*) filter (where status->>'path' = 'store')) as projectors,
       (select status->'relay' from projecting.workers where ${LIVES} and status->'relay' <> 'null'
        order by (status->'relay'->>'sequence')::bigint desc limit 1) as relay
     from projecting.workers where ${LIVES}`,
  );
  return rows[0] as ReadingStatus;
}

interface TenantRow extends Omit<QuarantinedTenant, 'state'> {
  readonly projection: string;
}

async function quarantinedTenants(pool: Pool): Promise<TenantRow[]> {
  const { rows } = await pool.query<TenantRow>(
    `select q.projection, q.party as tenant, q.partition, q.position::text, q.failure
     from projecting.quarantined q
     join projecting.projections p on (p.name, p.generation) = (q.projection, q.generation)
     order by q.projection, q.position, q.party`,
  );
  return rows;
}

function statusOf(
  rows: readonly CheckpointRow[],
  known: Definition | undefined,
  tenants: readonly TenantRow[],
): ProjectionStatus {
  const [installed] = rows as [CheckpointRow];
  const { name, version, rate, rebuilding } = installed;
  const has = (wanted: PartitionStatus['state']) => rows.some(({ state }) => state === wanted);
  const failure = [...rows, ...tenants].find((one) => one.failure)?.failure ?? null;
  return {
    name,
    version,
    definition: known ? standingOf(known, installed) : null,
    state: has('failed') || failure ? 'failed' : has('paused') ? 'paused' : rebuilding ? 'rebuilding' : 'live',
    partitions: rows.map(({ partition, position, state, failure, unreadable, lag_events, lag_seconds }) => ({
      partition,
      position,
      state,
      lagEvents: lag_events,
      lagSeconds: lag_seconds,
      failure,
      unreadable,
    })),
    quarantined: tenants.map(({ tenant, partition, position, failure }) => ({
      tenant,
      partition,
      position,
      state: failure ? 'failed' : 'catching_up',
      failure,
    })),
    eventsPerSecond: rate,
    failure,
  };
}
