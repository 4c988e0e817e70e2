import { epochMs, HOUR, now } from '@yoyaku/kernel';
import { connectionConfig } from '@yoyaku/postgres';
import { type ConstructorOptions, PgBoss, type QueueOptions } from 'pg-boss';
import type { PlannedJob } from '../planned-jobs';

/** Its own, and not pg-boss's usual one: in a PostgreSQL that was given to us, others may have that. */
export const SCHEMA = 'yoyaku_jobs';

/** Jobs that were tried in vain, over and over, are copied here and stay until somebody decides about them. */
export const FAILED = 'failed-jobs';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const YEARS = 10 * 365 * DAY;

/** In seconds. */
const QUEUE = {
  /** A job that takes longer is tried again, here or elsewhere. */
  expireInSeconds: 2 * MINUTE,
  /** A process that died, or has lost its connection, holds its jobs for no longer. */
  heartbeatSeconds: 15,
  /** Some four days of tries: whatever a job needs may be away for a weekend, and a deadline must not be given up. */
  retryLimit: 25_000,
  retryDelay: 2,
  retryBackoff: true,
  /** Short, because what was away may be back, and slots are held, and reminders wait, until the next try. */
  retryDelayMax: 20,
  /** Counted from when a job is due: those that nobody could do for long are not thrown away. */
  retentionSeconds: YEARS,
  /** A job that is planned again within that time is known by its id, and not done again. */
  deleteAfterSeconds: 7 * DAY,
} satisfies QueueOptions;

/** Opens no connection before it is started. */
export function newBoss(databaseUrl: string, options: ConstructorOptions, onError: (error: unknown) => void): PgBoss {
  const { types: _, ...connection } = connectionConfig(databaseUrl);
  const boss = new PgBoss({
    ...connection,
    schema: SCHEMA,
    schedule: false,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    ...options,
  });
  return boss.on('error', onError);
}

/** Makes the queue of a kind of jobs, unless it is there. */
export async function makeQueue(boss: PgBoss, kind: string): Promise<void> {
  const found = await boss.getQueue(kind);
  // Made by an earlier build, which wanted something else.
  if (found && found.retryLimit !== QUEUE.retryLimit) await boss.updateQueue(kind, QUEUE);
  if (found) return;
  if (!(await boss.getQueue(FAILED))) await boss.createQueue(FAILED, { retentionSeconds: YEARS });
  await boss.createQueue(kind, { ...QUEUE, notify: true, deadLetter: FAILED });
}

/**
 * A job as pg-boss inserts it. One that was due long ago comes after those due now: a reaction that begins with the first
 * event plans all of history at once. One with few retries spreads them.
 */
export const inserted = ({ id, body, at, retries }: PlannedJob) => ({
  id,
  data: body,
  startAfter: at ?? undefined,
  priority: at !== null && epochMs(at) < epochMs(now()) - HOUR ? -1 : undefined,
  retryLimit: retries ?? undefined,
  retryDelayMax: retries === null ? undefined : 60 * MINUTE,
});
