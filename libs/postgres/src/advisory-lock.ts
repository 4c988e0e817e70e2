import { sleep } from '@yoyaku/kernel';
import { Client, type Pool } from 'pg';
import { closeClient, connectionConfig, watch } from './connection';

const RETRY = 1_000;

export interface LockOptions {
  readonly url: string;
  readonly lock: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the function if no other process in the whole installation holds the lock of that name; false when one does. The
 * signal that `run` gets aborts with `signal`, and when the connection that holds the lock breaks or falls silent:
 * PostgreSQL has then given the lock to another, or will.
 */
export async function tryHolding(
  { url, lock, signal }: LockOptions,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const lost = new AbortController();
  const client = new Client({ ...connectionConfig(url), application_name: `yoyaku ${lock}` });
  const giveUp = () => lost.abort();
  client.on('error', giveUp).on('end', giveUp);
  signal.addEventListener('abort', giveUp);
  try {
    await client.connect();
    watch(client);
    const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [lock]);
    if (rows[0].held && !signal.aborted) await run(lost.signal);
    return rows[0].held;
  } finally {
    signal.removeEventListener('abort', giveUp);
    await closeClient(client);
  }
}

/** Whether any process of the installation holds the lock of that name now. */
export async function isHeld(pool: Pool, lock: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from pg_locks
     where locktype = 'advisory' and granted and objsubid = 1
       and database = (select oid from pg_database where datname = current_database())
       and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`,
    [lock],
  );
  return rowCount !== 0;
}

/** Runs the function whenever this process gets the lock, until `signal` aborts. Its errors go to `onError`. */
export async function whileHolding(
  { onError, ...options }: LockOptions & { readonly onError: (error: unknown) => void },
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    try {
      await tryHolding(options, run);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await sleep(RETRY, { signal });
  }
}
