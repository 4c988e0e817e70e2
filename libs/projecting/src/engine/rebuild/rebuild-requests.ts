import { DomainError, ensure, type Instant, newUuid, type Uuid } from '@yoyaku/kernel';
import { following, transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import type { AnyProjection } from '../../projection';
import { CHANGED } from '../running/channels';
import type { Failure } from '../running/read-event';
import { type Definition, definitionOf } from '../tables/definition';

export type RebuildState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface RebuildStatus {
  readonly id: Uuid;
  readonly projections: readonly string[];
  readonly state: RebuildState;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly endedAt: Instant | null;
  /** Events applied so far. */
  readonly processed: number;
  /** Events there are, as far as positions tell; null until something is known. */
  readonly total: number | null;
  readonly position: string;
  readonly head: string;
  readonly eventsPerSecond: number;
  readonly secondsLeft: number | null;
  /** How long live was held while the new tables took their place. */
  readonly swapMs: number | null;
  readonly failure: RebuildFailure | null;
}

export type RebuildFailure = Failure | { readonly error: string };

/**
 * Asks for a rebuild of projections as they are installed, or, where they are not yet, as they are among those given;
 * whoever runs these definitions takes it up.
 */
export function requestRebuild(
  pool: Pool,
  names: readonly string[],
  projections: readonly AnyProjection[],
  by: string,
): Promise<Uuid> {
  return transaction(pool, async (client) => {
    await lock(client);
    const { rows: installed } = await client.query<Definition>(
      // One without tables has handed its rows on: it is no read model, and what they have led to must not happen again.
      `select name, version, digest from projecting.projections where name = any($1) and tables <> '{}'`,
      [names],
    );
    const known = [...installed, ...projections.filter(({ startsAt }) => !startsAt).map(definitionOf)];
    const definitions = [...new Set(names)].map((name) => {
      const definition = known.find((one) => one.name === name);
      if (!definition) throw new DomainError('projection.not_found', { name });
      return definition;
    });
    const { rows: active } = await client.query(
      `select from projecting.rebuilds where ${ACTIVE} and projections && $1`,
      [names],
    );
    ensure(active.length === 0, 'projection.rebuild_running', { names });
    return insert(client, definitions, by);
  });
}

/** Who does a rebuild holds the lock of this name. */
export const lockOf = (rebuild: Uuid): string => `yoyaku.rebuild.${rebuild}`;

interface RebuildRequest {
  readonly id: Uuid;
  readonly definitions: readonly Definition[];
  /** What the builds read (see `EventCodec.reads`) that came to an event that they could not read. */
  readonly refused: readonly string[];
}

/** Those that were asked for and are not over, the oldest first. */
export async function openRebuilds(pool: Pool): Promise<RebuildRequest[]> {
  const { rows } = await pool.query<RebuildRequest>(
    `select id, definitions, array(
       select distinct jsonb_array_elements_text(c.unreadable->'builds') from projecting.checkpoints c
       where c.built_for = r.id) as refused
     from projecting.rebuilds r where ${ACTIVE} order by requested_at`,
  );
  return rows;
}

/** The projections that these are the definitions of; whatever is not among those given is left out. */
export const subjectsOf = (
  definitions: readonly Definition[],
  projections: readonly AnyProjection[],
): AnyProjection[] => {
  const known = new Map(projections.map((projection) => [keyOf(definitionOf(projection)), projection]));
  return definitions.flatMap((definition) => known.get(keyOf(definition)) ?? []);
};

export const areKnown = (definitions: readonly Definition[], projections: readonly AnyProjection[]): boolean =>
  subjectsOf(definitions, projections).length === definitions.length;

const keyOf = ({ name, version, digest }: Definition): string => `${name} ${version} ${digest}`;

/** Has versions that are newer than what is installed built beside it. A build for an older version is given up. */
export async function rebuildNewer(pool: Pool, projections: readonly AnyProjection[]): Promise<void> {
  if (projections.length === 0) return;
  await transaction(pool, async (client) => {
    await lock(client);
    const definitions = projections.map(definitionOf);
    const { rows } = await client.query<{ definitions: Definition[]; id: string }>(
      `select id, definitions from projecting.rebuilds where ${ACTIVE} and projections && $1`,
      [definitions.map(({ name }) => name)],
    );
    const underWay = ({ name, version, digest }: Definition) =>
      rows.some((row) =>
        row.definitions.some((one) => one.name === name && one.version === version && one.digest === digest),
      );
    const missing = definitions.filter((definition) => !underWay(definition));
    if (missing.length === 0) return;
    const outdated = rows.filter((row) => row.definitions.some(({ name }) => missing.some((one) => one.name === name)));
    await client.query(`update projecting.rebuilds set state = 'cancelled', ended_at = now() where id = any($1)`, [
      outdated.map(({ id }) => id),
    ]);
    await insert(client, missing, 'deployment');
  });
}

/** The last rebuild that concerned this projection. */
export async function rebuildOf(pool: Pool, name: string): Promise<RebuildStatus | undefined> {
  const { rows } = await pool.query<RebuildRow>(
    `${SELECT_REBUILD} where $1 = any(projections) order by requested_at desc limit 1`,
    [name],
  );
  return rows[0] && statusOf(rows[0]);
}

export async function activeRebuilds(pool: Pool): Promise<RebuildStatus[]> {
  const { rows } = await pool.query<RebuildRow>(`${SELECT_REBUILD} where ${ACTIVE} order by requested_at`);
  return rows.map(statusOf);
}

/** Its status again and again, the last one with the state in which it ended. Throws `projection.rebuild_not_found`. */
export function followRebuild(pool: Pool, id: Uuid, signal: AbortSignal): AsyncGenerator<RebuildStatus> {
  const look = async () => {
    const { rows } = await pool.query<RebuildRow>(`${SELECT_REBUILD} where id = $1`, [id]);
    if (!rows[0]) throw new DomainError('projection.rebuild_not_found', { id });
    return statusOf(rows[0]);
  };
  return following(look, (status) => !isActive(status), signal);
}

/** Throws `projection.rebuild_not_found` unless it is in one of those states. */
export async function moveRebuild(
  pool: Pool,
  id: string,
  from: readonly RebuildState[],
  to: RebuildState,
): Promise<void> {
  const { rowCount } = await pool.query(
    `with moved as (
       update projecting.rebuilds set state = $3, ended_at = case when $3 = 'cancelled' then now() end
       where id = $1 and state = any($2) returning id)
     select pg_notify('${CHANGED}', '') from moved`,
    [id, from, to],
  );
  ensure(rowCount, 'projection.rebuild_not_found', { id });
}

const lock = (client: PoolClient) => client.query(`select pg_advisory_xact_lock(hashtext('yoyaku.rebuild_requests'))`);

async function insert(client: PoolClient, definitions: readonly Definition[], by: string): Promise<Uuid> {
  const id = newUuid();
  await client.query(
    'insert into projecting.rebuilds (id, definitions, projections, requested_by) values ($1, $2, $3, $4)',
    [id, JSON.stringify(definitions), definitions.map(({ name }) => name), by],
  );
  await client.query(`select pg_notify('${CHANGED}', '')`);
  return id;
}

interface RebuildRow extends Pick<RebuildStatus, 'id' | 'projections' | 'state' | 'processed' | 'failure'> {
  readonly requested_by: string;
  readonly requested_at: Instant;
  readonly ended_at: Instant | null;
  readonly position: string;
  readonly head: string;
  readonly rate: number;
  readonly swap_ms: number | null;
}

const ACTIVE = `state in ('running', 'paused')`;

const isActive = ({ state }: Pick<RebuildStatus, 'state'>): boolean => state === 'running' || state === 'paused';

const SELECT_REBUILD = `select id, projections, state, requested_by, requested_at, ended_at, processed,
  position::text, head::text, rate, swap_ms, failure from projecting.rebuilds`;

function statusOf(row: RebuildRow): RebuildStatus {
  const { id, projections, state, processed, position, head, rate, failure } = row;
  const done = Number(position) / Math.max(Number(head), 1);
  const total = done > 0 ? Math.round(processed / Math.min(done, 1)) : null;
  const active = isActive(row);
  return {
    id,
    projections,
    state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    processed,
    total: active ? total : processed,
    position,
    head,
    eventsPerSecond: Math.round(rate),
    secondsLeft: active && total !== null && rate > 0 ? Math.ceil((total - processed) / rate) : null,
    swapMs: row.swap_ms,
    failure,
  };
}
