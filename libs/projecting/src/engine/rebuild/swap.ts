import { sqlStateOf, transaction } from '@yoyaku/postgres';
import type { Pool, PoolClient } from 'pg';
import { CHANGED } from '../running/channels';
import { furthest } from '../running/positions';
import { ShortRead } from '../running/short-read';
import { type Successor, succession } from '../tables/generations';

/** How long to wait for one lock before the swap gives up: meanwhile all others wait behind us. */
const LOCK = '150ms';
/** How long taking all locks of live, or replacing all views, may take. */
const STEP = '500ms';
/** How long, in milliseconds, live may be held while the successors catch up with it. */
const CATCH_UP = 500;
/** SQLSTATEs of a lock, and of a statement, that was waited for too long. */
const TOO_LONG = new Set<string | undefined>(['55P03', '57014']);

class StepBack extends Error {}

export interface Swap {
  readonly pool: Pool;
  readonly successors: () => readonly Successor[];
  /** Brings the successors to the end of the store; `isLate` says when that is to be given up. */
  readonly catchUp: (isLate: () => boolean) => Promise<void>;
  /** Writes down, in the same transaction, that it is done. */
  readonly record: (client: PoolClient, heldMs: number) => Promise<void>;
}

/**
 * In one transaction: stops the live generation, overtakes it, and takes its place. False if queries or too many new
 * events prevented it; then others must be able to work for a while before the next try. Throws {@link ShortRead} if
 * the live generation has seen more than the store now shows.
 */
export async function swap({ pool, successors, catchUp, record }: Swap): Promise<boolean> {
  try {
    await transaction(pool, async (client) => {
      await client.query(`set local lock_timeout = '${LOCK}'; set local statement_timeout = '${STEP}'`);
      const succeed = await succession(
        client,
        successors().map(({ generation }) => generation),
      );
      const live = await hold(
        client,
        successors().map(({ generation }) => generation.projection.name),
      );
      const heldFrom = performance.now();
      const isLate = () => performance.now() - heldFrom > CATCH_UP;
      await catchUp(isLate);
      if (isLate()) throw new StepBack();
      for (const { generation, position } of successors()) {
        const reached = live.get(generation.projection.name) ?? 0n;
        if (position < reached) throw new ShortRead(position, reached);
      }
      await client.query(succeed(successors()));
      await record(client, Math.round(performance.now() - heldFrom));
      await client.query(`select pg_notify('${CHANGED}', '')`);
    });
    return true;
  } catch (error) {
    if (error instanceof StepBack) return false;
    if (TOO_LONG.has(sqlStateOf(error))) return false;
    throw error;
  }
}

/** Lets none of their checkpoints move. Gives how far each projection is, in the partition that is furthest. */
async function hold(client: PoolClient, projections: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await client.query<{ projection: string; position: string }>(
    `select c.projection, c.position::text from projecting.checkpoints c
     join projecting.projections p on (p.name, p.generation) = (c.projection, c.generation)
     where p.name = any($1) for update of c`,
    [projections],
  );
  const positions = new Map<string, bigint>();
  for (const { projection, position } of rows) {
    positions.set(projection, furthest(positions.get(projection) ?? 0n, BigInt(position)));
  }
  return positions;
}
