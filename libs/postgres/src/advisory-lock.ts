import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { connectionConfig } from './pool';

const RETRY = 1_000;

/**
 * Runs the function whenever this process holds the lock of that name, which one process in the whole installation
 * does at a time, until `signal` aborts. The signal that `run` gets aborts also when the connection that holds the lock
 * breaks: PostgreSQL has then given the lock to another. What `run` throws is given to `onError`; it is run again.
 */
export async function whileHolding(
  { url, lock, signal, onError }: { url: string; lock: string; signal: AbortSignal; onError: (error: unknown) => void },
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const lost = new AbortController();
    const client = new Client({ ...connectionConfig(url), application_name: `yoyaku ${lock}` });
    const giveUp = () => lost.abort();
    client.on('error', giveUp).on('end', giveUp);
    signal.addEventListener('abort', giveUp);
    try {
      await client.connect();
      await acquire(client, lock, lost.signal);
      if (!lost.signal.aborted) await run(lost.signal);
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      signal.removeEventListener('abort', giveUp);
      await client.end().catch(() => {});
    }
    await delay(RETRY, undefined, { signal }).catch(() => {});
  }
}

/** Tries rather than waits, so that it can be given up; a holder that vanished without a word is noticed in 10 s. */
async function acquire(client: Client, lock: string, signal: AbortSignal): Promise<void> {
  await client.query('set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 5');
  while (!signal.aborted) {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtext($1)) as held', [lock]);
    if (rows[0].held) return;
    await delay(RETRY, undefined, { signal }).catch(() => {});
  }
}
