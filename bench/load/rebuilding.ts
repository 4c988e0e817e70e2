import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ProjectionAdmin, type RebuildStatus } from '@yoyaku/projecting';
import { Pool } from 'pg';

export interface Rebuilt {
  readonly events: number;
  readonly seconds: number;
  readonly swapMs: number;
  /** Of the process that rebuilt, at its highest; NaN where the system does not tell. */
  readonly residentMiB: number;
}

const PATIENCE = 60_000;
const LOOK = 100;

/**
 * Resolves when all read models hold everything up to that position. Throws when that takes over a minute. It looks at
 * the checkpoints, which other builds have too; how a query waits is each build's own.
 */
export async function untilReached(databaseUrl: string, position: bigint): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    for (const end = performance.now() + PATIENCE; performance.now() < end; await delay(LOOK)) {
      const { rows } = await pool.query<{ isReached: boolean }>(
        'select bool_and(position >= $1) as "isReached" from projecting.checkpoints where partition >= 0',
        [`${position}`],
      );
      if (rows[0]?.isReached) return;
    }
    throw new Error(`The read models do not reach ${position}`);
  } finally {
    await pool.end();
  }
}

/** Resolves when no rebuild goes on that a new version of a read model may have led to. */
export async function untilBuilt(pool: Pool): Promise<void> {
  const admin = new ProjectionAdmin(pool);
  for (const { id } of await admin.activeRebuilds()) {
    for await (const _ of admin.followRebuild(id, new AbortController().signal));
  }
}

/** Has all read models rebuilt in one pass. Throws unless that succeeds. */
export async function rebuildAll(pool: Pool): Promise<Rebuilt> {
  const admin = new ProjectionAdmin(pool);
  const names = (await admin.list()).map(({ name }) => name);
  const started = performance.now();
  const id = await admin.rebuild(names, 'bench');
  let last: RebuildStatus | undefined;
  let residentMiB = Number.NaN;
  for await (last of admin.followRebuild(id, new AbortController().signal)) {
    residentMiB = residentPeakOf(id) ?? residentMiB;
  }
  if (last?.state !== 'done') throw new Error(`The rebuild ended as ${JSON.stringify(last)}`);
  const seconds = (performance.now() - started) / 1_000;
  return { events: last.processed, seconds, swapMs: last.swapMs ?? Number.NaN, residentMiB };
}

/** The highest resident memory so far, in MiB, of the process with that argument; see proc(5). Only Linux tells. */
function residentPeakOf(argument: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (!readFileSync(`/proc/${entry}/cmdline`, 'latin1').split('\0').includes(argument)) continue;
      const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${entry}/status`, 'latin1')) ?? [];
      return Number(kibibytes) / 1_024;
    } catch {
      // It ended while we looked.
    }
  }
  return undefined;
}
