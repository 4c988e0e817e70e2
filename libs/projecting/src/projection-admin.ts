import { DomainError, ensure, type Uuid } from '@yoyaku/kernel';
import type { Pool } from 'pg';
import {
  activeRebuilds,
  followRebuild,
  moveRebuild,
  type RebuildStatus,
  rebuildOf,
  requestRebuild,
} from './engine/rebuild/rebuild-requests';
import { CHANGED } from './engine/running/channels';
import type { Failure } from './engine/running/work';
import type { AnyProjection } from './projection';
import { type ProjectionStatus, projectionStatuses, type ReadingStatus, readingStatus } from './projection-status';

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
    ensure(await this.move(name, `set state = 'paused' where c.state = 'live'`), 'projection.not_running', { name });
  }

  /**
   * Lets all go on that were paused, and those that failed try again. Throws `projection.not_found`,
   * `projection.not_stopped`.
   */
  async resume(name: string): Promise<void> {
    await this.get(name);
    const moved = await this.move(name, `set state = 'live', failure = null where c.state <> 'live'`);
    ensure(moved, 'projection.not_stopped', { name });
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

  /** Changes checkpoints of the current generation; false when there was none to change. */
  private async move(name: string, change: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `with moved as (
         update projecting.checkpoints c ${change}
           and exists (select from projecting.projections p where (p.name, p.generation) = (c.projection, c.generation))
           and c.projection = $1 returning 1)
       select pg_notify('${CHANGED}', '') from (select count(*) as count from moved) counted where count > 0`,
      [name],
    );
    return rowCount === 1;
  }
}
