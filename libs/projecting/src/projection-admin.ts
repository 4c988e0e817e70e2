import { DomainError, ensure, type Instant, type Uuid } from '@yoyaku/kernel';
import { sqlStateOf, transaction } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import { LIVES } from './engine/live/ownership';
import {
  activeRebuilds,
  followRebuild,
  moveRebuild,
  type RebuildStatus,
  rebuildOf,
  requestRebuild,
} from './engine/rebuild/rebuild-requests';
import { CHANGED } from './engine/running/channels';
import type { Failure } from './engine/running/read-event';
import { uninstall } from './engine/tables/generations';
import { lockInstallation } from './engine/tables/installation';
import type { AnyProjection } from './projection';
import { type ProjectionStatus, projectionStatuses, type ReadingStatus, readingStatus } from './projection-status';

/** An event that a projection passes over, and why. */
export interface Skip {
  readonly failure: Failure;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
}

export interface SkipRequest {
  readonly reason: string;
  readonly by: string;
  readonly partition?: number;
  readonly tenant?: string;
  readonly eventId?: string;
}

/** SQLSTATE of what cannot be dropped, since others build on it. */
const DEPENDED_ON = '2BP01';
/** How long queries in progress may keep a projection from being dropped, others queueing behind us. */
const DROP_PATIENCE = '1s';

/** What an operator sees of the projections, and what can be done about them; the workers follow within moments. */
export class ProjectionAdmin {
  constructor(
    private readonly pool: Pool,
    /** Those that this build knows. */
    private readonly projections: readonly AnyProjection[] = [],
  ) {}

  list(): Promise<ProjectionStatus[]> {
    return projectionStatuses(this.pool, this.projections);
  }

  /** Throws `projection.not_found`. */
  async get(name: string): Promise<ProjectionStatus> {
    const found = (await this.list()).find((projection) => projection.name === name);
    if (!found) throw new DomainError('projection.not_found', { name });
    return found;
  }

  /** Names of those that do not serve: not built yet, or somebody dropped their tables; a rebuild brings these back. */
  async missing(): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string; whole: boolean }>(
      `select name, not exists (
         select from unnest(p.tables) as t(name) where to_regclass(format('read.%I', t.name)) is null) as whole
       from projecting.projections p`,
    );
    const whole = new Map(rows.map(({ name, whole }) => [name, whole]));
    const names = new Set([...whole.keys(), ...this.projections.map(({ name }) => name)]);
    return [...names].filter((name) => !whole.get(name)).sort();
  }

  /** How events come to the projections just now. */
  reading(): Promise<ReadingStatus> {
    return readingStatus(this.pool);
  }

  /** Stops every partition that runs, where it is. Throws `projection.not_found`, `projection.not_running`. */
  async pause(name: string): Promise<void> {
    await this.get(name);
    const { rowCount } = await this.pool.query(
      `with paused as (
         update projecting.checkpoints c set state = 'paused' from projecting.projections p
         where p.name = $1 and (c.projection, c.generation) = (p.name, p.generation) and c.state = 'live'
         returning 1)
       select pg_notify('${CHANGED}', '') where exists (select from paused)`,
      [name],
    );
    ensure(rowCount, 'projection.not_running', { name });
  }

  /**
   * Lets all go on that were paused, and those that failed, tenants too, try again; or one tenant alone. Throws
   * `projection.not_found`, `projection.not_stopped`.
   */
  async resume(name: string, { tenant }: { tenant?: string } = {}): Promise<void> {
    await this.get(name);
    const { rows } = await this.pool.query<{ freed: number }>(
      `with freed as (
         update projecting.checkpoints c set state = 'live', failure = null from projecting.projections p
         where p.name = $1 and (c.projection, c.generation) = (p.name, p.generation)
           and c.state <> 'live' and $2::text is null
         returning 1),
       freed_tenants as (
         update projecting.quarantined q set failure = null from projecting.projections p
         where p.name = $1 and (q.projection, q.generation) = (p.name, p.generation)
           and q.failure is not null and ($2 is null or q.party = $2)
         returning 1),
       told as (select pg_notify('${CHANGED}', ''))
       select ((select count(*) from freed) + (select count(*) from freed_tenants))::integer as freed from told`,
      [name, tenant ?? null],
    );
    ensure(rows[0]?.freed, 'projection.not_stopped', { name });
  }

  /**
   * Lets what failed, or waits for a newer build (all of it, one partition, one tenant, or who stopped at that event) go
   * on behind the event at which it stopped. Every version of the projection passes over that event from now on, also
   * when it is rebuilt, until the skip is withdrawn. Throws `projection.not_found`, `projection.reason_required`,
   * `projection.not_failed`.
   */
  async skip(name: string, { reason, by, partition, tenant, eventId }: SkipRequest): Promise<Failure[]> {
    await this.get(name);
    ensure(reason.trim(), 'projection.reason_required', { path: 'reason' });
    const { rows } = await this.pool.query<{ failure: Failure }>(
      `with stopped as (
         select c.projection, c.generation, c.partition, null as party,
           coalesce(c.failure, c.unreadable->'event') as failure from projecting.checkpoints c
         union all select projection, generation, partition, party, failure from projecting.quarantined),
       skipped as (
         select s.* from stopped s
         join projecting.projections p on (p.name, p.generation) = (s.projection, s.generation)
         where p.name = $1 and s.failure is not null and ($4::integer is null or s.partition = $4)
           and ($5::text is null or s.party = $5) and ($6::text is null or s.failure->>'eventId' = $6)),
       freed as (
         update projecting.checkpoints c set state = 'live', failure = null, unreadable = null from skipped s
         where s.party is null
           and (c.projection, c.generation, c.partition) = (s.projection, s.generation, s.partition)),
       freed_tenants as (
         update projecting.quarantined q set failure = null from skipped s
         where (q.projection, q.generation, q.party) = (s.projection, s.generation, s.party)),
       noted as (
         insert into app.projection_skips (projection, event_id, failure, reason, skipped_by)
         select distinct on (failure->>'eventId') projection, (failure->>'eventId')::uuid, failure, $2, $3 from skipped
         on conflict do nothing)
       select failure, pg_notify('${CHANGED}', '') from skipped`,
      [name, reason, by, partition ?? null, tenant ?? null, eventId ?? null],
    );
    ensure(rows.length > 0, 'projection.not_failed', { name });
    return rows.map(({ failure }) => failure);
  }

  /** Events that this projection passes over, the last decided first. Throws `projection.not_found`. */
  async skips(name: string): Promise<Skip[]> {
    await this.get(name);
    const { rows } = await this.pool.query<Skip>(
      `select failure, reason, skipped_by as "by", skipped_at as "at" from app.projection_skips
       where projection = $1 order by skipped_at desc, event_id`,
      [name],
    );
    return rows;
  }

  /**
   * Takes a skip back: the next rebuild of the projection applies the event again; until then the rows stay without it.
   * Throws `projection.not_skipped`.
   */
  async withdrawSkip(name: string, eventId: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      'delete from app.projection_skips where projection = $1 and event_id::text = $2',
      [name, eventId],
    );
    ensure(rowCount, 'projection.not_skipped', { name });
  }

  /**
   * Drops a projection that neither this build nor any living worker's knows: its rows, its views, its state. Throws
   * `projection.not_found`; `projection.in_use` where a build knows it, or others have built on its views.
   */
  async drop(name: string): Promise<void> {
    const { definition } = await this.get(name);
    ensure(definition === null, 'projection.in_use', { name });
    await transaction(this.pool, async (client) => {
      await client.query(`set local lock_timeout = '${DROP_PATIENCE}'`);
      await lockInstallation(client);
      const { rowCount: uses } = await client.query(
        `select from projecting.workers where ${LIVES} and status->'runs' ? $1
         union all select from projecting.rebuilds where state in ('running', 'paused') and $1 = any(projections)`,
        [name],
      );
      ensure(!uses, 'projection.in_use', { name });
      await uninstall(client, name);
      await client.query(`select pg_notify('${CHANGED}', '')`);
    }).catch((error) => {
      throw sqlStateOf(error) === DEPENDED_ON ? new DomainError('projection.in_use', { name }) : error;
    });
  }

  /**
   * Has projections built anew, in one pass, beside the live ones. Gives the rebuild's id. Throws
   * `projection.not_found`, `projection.rebuild_running`, `projection.changed`: no process of this build would do it.
   */
  async rebuild(names: readonly string[], by: string): Promise<Uuid> {
    const changed = (await this.list()).find(
      ({ name, definition }) => definition === 'changed' && names.includes(name),
    );
    if (changed) throw new DomainError('projection.changed', { name: changed.name });
    return requestRebuild(this.pool, names, this.projections, by);
  }

  /** The last rebuild of this projection. Throws `projection.rebuild_not_found`. */
  async rebuildOf(name: string): Promise<RebuildStatus> {
    const found = await rebuildOf(this.pool, name);
    if (!found) throw new DomainError('projection.rebuild_not_found', { name });
    return found;
  }

  /** Those that run or are paused. */
  activeRebuilds(): Promise<RebuildStatus[]> {
    return activeRebuilds(this.pool);
  }

  /** How a rebuild goes, now and then, up to its end or until `signal` aborts. Throws `projection.rebuild_not_found`. */
  followRebuild(id: Uuid, signal: AbortSignal): AsyncGenerator<RebuildStatus> {
    return followRebuild(this.pool, id, signal);
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
}
