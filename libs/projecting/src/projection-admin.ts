import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import { CHANGED } from './engine/channels';
import { moveRebuild, type RebuildStatus, rebuildOf, requestRebuild } from './engine/rebuild-requests';
import type { Failure } from './engine/work';

export interface PartitionStatus {
  readonly partition: number;
  readonly position: string;
  readonly state: 'live' | 'paused' | 'failed';
  /** Null on the direct path, where nobody counts. */
  readonly lagEvents: number | null;
  readonly lagSeconds: number;
  readonly failure: Failure | null;
}

export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  /** `rebuilding`: a new generation is being built; the current one serves meanwhile. */
  readonly state: 'live' | 'rebuilding' | 'paused' | 'failed';
  readonly partitions: readonly PartitionStatus[];
  readonly eventsPerSecond: number;
  /** The first of its partitions' failures. */
  readonly failure: Failure | null;
}

interface CheckpointRow {
  readonly name: string;
  readonly version: number;
  readonly partition: number;
  readonly position: string;
  readonly state: PartitionStatus['state'];
  readonly failure: Failure | null;
  readonly lag_events: number | null;
  readonly lag_seconds: number;
  readonly rate: number;
  readonly rebuilding: boolean;
}

/** What an operator sees of the projections, and what can be done about them; the workers follow within moments. */
export class ProjectionAdmin {
  constructor(private readonly pool: Pool) {}

  async list(): Promise<ProjectionStatus[]> {
    const rows = Map.groupBy(await this.rows(), ({ name }) => name);
    return [...rows.values()].map(statusOf);
  }

  /** Throws `projection.not_found`. */
  async get(name: string): Promise<ProjectionStatus> {
    const found = (await this.list()).find((projection) => projection.name === name);
    if (!found) throw new DomainError('projection.not_found', { name });
    return found;
  }

  /** Stops every partition that runs, where it is. Throws `projection.not_found`. */
  async pause(name: string): Promise<void> {
    await this.get(name);
    await this.move(name, `set state = 'paused' where c.state = 'live'`);
  }

  /** Lets all go on that were paused, and those that failed try again. Throws `projection.not_found`. */
  async resume(name: string): Promise<void> {
    await this.get(name);
    await this.move(name, `set state = 'live', failure = null where true`);
  }

  /**
   * Lets failed partitions (all, or one) go on behind the events at which they stopped; every build of this version
   * passes over those. Throws `projection.not_found`, `projection.reason_required`, `projection.not_failed`.
   */
  async skip(
    name: string,
    { reason, by, partition }: { reason: string; by: string; partition?: number },
  ): Promise<Failure[]> {
    await this.get(name);
    ensure(reason.trim(), 'projection.reason_required', { path: 'reason' });
    const { rows } = await this.pool.query<{ failure: Failure }>(
      `with freed as (
         update projecting.checkpoints c set state = 'live', failure = null
         from projecting.projections p, projecting.checkpoints before
         where p.name = $1 and (c.projection, c.generation) = (p.name, p.generation) and c.state = 'failed'
           and ($4::integer is null or c.partition = $4)
           and (before.projection, before.generation, before.partition) = (c.projection, c.generation, c.partition)
         returning c.projection, p.version, c.partition, before.failure),
       skipped as (
         insert into projecting.skips (projection, version, event_id, partition, failure, reason, skipped_by)
         select projection, version, (failure->>'eventId')::uuid, partition, failure, $2, $3 from freed
         on conflict do nothing)
       select failure, pg_notify('${CHANGED}', '') from freed`,
      [name, reason, by, partition ?? null],
    );
    ensure(rows.length > 0, 'projection.not_failed', { name });
    return rows.map(({ failure }) => failure);
  }

  /**
   * Has projections built anew, in one pass, beside the live ones. Gives the rebuild's id. Throws
   * `projection.not_found`, `projection.rebuild_running`.
   */
  rebuild(names: readonly string[], by: string): Promise<Uuid> {
    return requestRebuild(this.pool, names, by);
  }

  /** The last rebuild of this projection. Throws `projection.rebuild_not_found`. */
  async rebuildOf(name: string): Promise<RebuildStatus> {
    const found = await rebuildOf(this.pool, name);
    if (!found) throw new DomainError('projection.rebuild_not_found', { name });
    return found;
  }

  /** Throws `projection.rebuild_not_found` unless it is running. */
  pauseRebuild(id: Uuid): Promise<void> {
    return moveRebuild(this.pool, id, ['running'], 'paused');
  }

  /** Throws `projection.rebuild_not_found` unless it is paused. */
  resumeRebuild(id: Uuid): Promise<void> {
    return moveRebuild(this.pool, id, ['paused'], 'running');
  }

  /** Gives it up; the live projections stay as they are. Throws `projection.rebuild_not_found` when it has ended. */
  cancelRebuild(id: Uuid): Promise<void> {
    return moveRebuild(this.pool, id, ['running', 'paused'], 'cancelled');
  }

  private async move(name: string, change: string): Promise<void> {
    await this.pool.query(
      `with moved as (
         update projecting.checkpoints c ${change}
           and exists (select from projecting.projections p where (p.name, p.generation) = (c.projection, c.generation))
           and c.projection = $1 returning 1)
       select pg_notify('${CHANGED}', '') from (select count(*) from moved) counted`,
      [name],
    );
  }

  private async rows(): Promise<CheckpointRow[]> {
    const { rows } = await this.pool.query<CheckpointRow>(
      `with living as (select status from projecting.workers where beat_at > clock_timestamp() - interval '3 seconds'),
       head as (
         select max(greatest((status->>'position')::bigint, (status->'relay'->>'position')::bigint)) as position,
                max((status->'relay'->>'sequence')::bigint) as sequence
         from living),
       rates as (
         select key as name, sum(value::float8)::float8 as rate from living, jsonb_each_text(status->'rates') group by key)
       select p.name, p.version, c.partition, c.position::text, c.state, c.failure,
         case when head.sequence is null then null when c.position >= head.position then 0
              else greatest(head.sequence - c.sequence, 0) end as lag_events,
         case when c.position >= head.position then 0
              else coalesce(greatest(extract(epoch from clock_timestamp() - c.at), 0), 0)::float8 end as lag_seconds,
         coalesce(rates.rate, 0) as rate,
         exists (select from projecting.rebuilds r where r.state = 'running' and p.name = any(r.projections)) as rebuilding
       from projecting.projections p
       join projecting.checkpoints c on (c.projection, c.generation) = (p.name, p.generation)
       cross join head left join rates on rates.name = p.name
       order by p.name, c.partition`,
    );
    return rows;
  }
}

function statusOf(rows: readonly CheckpointRow[]): ProjectionStatus {
  const [{ name, version, rate, rebuilding }] = rows as [CheckpointRow];
  const has = (wanted: PartitionStatus['state']) => rows.some(({ state }) => state === wanted);
  return {
    name,
    version,
    state: has('failed') ? 'failed' : has('paused') ? 'paused' : rebuilding ? 'rebuilding' : 'live',
    partitions: rows.map(({ partition, position, state, failure, lag_events, lag_seconds }) => ({
      partition,
      position,
      state,
      lagEvents: lag_events,
      lagSeconds: lag_seconds,
      failure,
    })),
    eventsPerSecond: rate,
    failure: rows.find(({ failure }) => failure)?.failure ?? null,
  };
}
