import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createPool } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import { FailureWatch } from './failure-watch';
import { withReadModels } from './read-models';
import { seconds } from './report';
import { seeOwnBooking, type World } from './world';

interface Otherwise {
  readonly name: string;
  readonly settings: readonly string[];
  /** Whether commands can be done all the same; else they are to be told to come again. */
  readonly works: boolean;
}

/** What somebody may set for a database that others use too. */
const OTHERWISE: readonly Otherwise[] = [
  {
    name: 'formats',
    settings: [
      `datestyle = 'SQL, DMY'`,
      `timezone = 'Asia/Tokyo'`,
      `intervalstyle = 'sql_standard'`,
      `bytea_output = 'escape'`,
      'extra_float_digits = -15',
      'standard_conforming_strings = off',
      `default_transaction_isolation = 'serializable'`,
    ],
    works: true,
  },
  { name: 'read only', settings: ['default_transaction_read_only = on'], works: false },
  { name: 'little time', settings: ['statement_timeout = 5', 'lock_timeout = 1'], works: true },
];
/** Overrides what the database has, as a session that set nothing would not. */
const OURS = ['default_transaction_read_only=off'];
const REFUSED_WITHIN_MS = 15_000;

/**
 * The database is set otherwise while the stack is at work, and all connections are ended so that the settings hold at
 * once; after a while all is set back. No read model may fail; whether answers were wrong is judged in the end.
 */
export function setOtherwise(world: World, lasts: { readonly from: number; readonly to: number }): Promise<string> {
  const { installation, random } = world;
  return withReadModels(installation, async (readModels) => {
    const watch = new FailureWatch(readModels);
    const admin = createPool(installation.environment.DATABASE_URL ?? '', { max: 1, settings: OURS });
    const facts: string[] = [];
    try {
      for (const otherwise of random.shuffled(OTHERWISE)) {
        installation.disturbances.hit();
        facts.push(await during(world, admin, otherwise, random.between(lasts.from, lasts.to)));
      }
    } finally {
      await admin.end();
    }
    await watch.end();
    return facts.join(', ');
  });
}

async function during(world: World, admin: Pool, { name, settings, works }: Otherwise, ms: number): Promise<string> {
  const began = performance.now();
  try {
    await alter(
      admin,
      settings.map((setting) => `set ${setting}`),
    );
    if (works) await seeOwnBooking(world);
    else await isRefused(world, began);
    await wait(Math.max(0, ms - (performance.now() - began)));
  } finally {
    await alter(admin, ['reset all']);
  }
  const seen = await seeOwnBooking(world);
  return `${name} for ${seconds(performance.now() - began - seen.ms)} (seen after ${seconds(seen.ms)})`;
}

/** Some command is told to come again. */
async function isRefused({ client }: World, since: number): Promise<void> {
  const isRefusal = ({ request, status, sentAt }: (typeof client.exchanges)[number]) =>
    !request.startsWith('GET') && status === 503 && sentAt > since;
  const deadline = performance.now() + REFUSED_WITHIN_MS;
  while (!client.exchanges.some(isRefusal)) {
    assert(performance.now() < deadline, 'no command met with a database that cannot be written to');
    await wait(50);
  }
}

async function alter(admin: Pool, changes: readonly string[]): Promise<void> {
  for (const change of changes) {
    await admin.query(
      `do $$ begin execute format('alter database %I ${change.replaceAll("'", "''")}', current_database()); end $$`,
    );
  }
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`,
  );
}
