import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projections, readConfig } from '@yoyaku/composition';
import { createPool, Notifications } from '@yoyaku/postgres';
import { Consistency, type VerifiedProjection } from '@yoyaku/projecting';
import type { Pool } from 'pg';
import { openEventStore } from './event-store';
import type { Installation } from './installation';

const NAMES = projections.map(({ name }) => name);

/** All read models of an installation, seen past its api: straight in PostgreSQL. */
export interface ReadModels {
  readonly pool: Pool;
  /** Of the event store's last event. */
  head(): Promise<bigint>;
  /** Waits until every partition of every read model has that position. The ms it took; throws when it takes longer. */
  reach(position: bigint, withinMs: number): Promise<number>;
}

/** Opens them for as long as `use` takes. */
export async function withReadModels<T>(
  installation: Installation,
  use: (readModels: ReadModels) => Promise<T>,
): Promise<T> {
  const { databaseUrl, partitions } = readConfig(installation.environment);
  const pool = createPool(databaseUrl);
  const notifications = new Notifications(databaseUrl);
  const store = openEventStore(installation);
  const consistency = new Consistency(pool, notifications, projections, partitions);
  try {
    return await use({
      pool,
      head: () => store.head(),
      reach: async (position, timeoutMs) => {
        const began = performance.now();
        const reached = await consistency.waitFor(NAMES, position, { timeoutMs });
        assert(reached, `not all read models have position ${position} after ${timeoutMs} ms`);
        return performance.now() - began;
      },
    });
  } finally {
    await notifications.close();
    await store.close();
    await pool.end();
  }
}

/** Every read model against a fresh fold of all events, by the command that an operator has for it. */
export async function verify(installation: Installation): Promise<string> {
  const verified: VerifiedProjection[] = JSON.parse(await runCli(installation, 'projections', 'verify', '--json'));
  const equal = verified.filter((readModel) => readModel.equal);
  assert.equal(equal.length, NAMES.length, `${equal.length} of ${NAMES.length} read models are equal`);
  return `${equal.length} read models equal a fresh fold`;
}

/** `npm run yoyaku -- …` for this installation. Gives its output; rejects with it when it exits with another code than 0. */
export function runCli(installation: Installation, ...args: readonly string[]): Promise<string> {
  const main = join(__dirname, '..', '..', 'cli', 'src', 'main.js');
  const env = { ...process.env, ...installation.ofCommandLine };
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-1_000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`yoyaku ${args.join(' ')} exits with ${code}: ${output}${errors}`));
    });
  });
}
