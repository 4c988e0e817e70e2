import { Writable } from 'node:stream';
import { readConfig } from '@yoyaku/composition';
import { createPool } from '@yoyaku/postgres';
import { startServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { startReactor } from '../src/reactor-process';

/**
 * How many transactions of this database were rolled back: each statement that PostgreSQL refuses is one, and a line in
 * its log. A connection tells its last figures when it ends, so those of others are waited for.
 */
async function refusals(databaseUrl: string): Promise<number> {
  const pool = createPool(databaseUrl, { max: 1 });
  const ask = async (sql: string) => Number((await pool.query<{ n: string }>(sql)).rows[0]?.n);
  try {
    const others = `select count(*) as n from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    // A busy server may not let it in at once.
    await until(() =>
      ask(others).then(
        (count) => count === 0,
        () => false,
      ),
    );
    return await ask('select xact_rollback as n from pg_stat_database where datname = current_database()');
  } finally {
    await pool.end();
  }
}

test('a reactor that comes before the read models waits for them without complaint and without a statement that PostgreSQL refuses', async () => {
  const servers = await startServers();
  try {
    const config = readConfig({ NODE_ENV: 'test', ...testSecrets, ...servers.environment });
    const lines: { level: number; msg: string; duty: string }[] = [];
    const keep = new Writable({
      write: (line, _, done) => {
        lines.push(JSON.parse(line));
        done();
      },
    });
    const reactor = await startReactor(config, pino({ level: 'debug' }, keep), { everyMs: 20, graceMs: 200 });
    const waits = (duty: string) =>
      lines.filter((line) => line.duty === duty && line.msg === 'waiting for read models');
    try {
      await until(() => waits('reaper').length > 2 && waits('erasure-finisher').length > 2);
    } finally {
      await reactor.stop();
    }
    expect(await refusals(servers.databaseUrl)).toBe(0);
    expect(lines.filter(({ level }) => level > 30)).toEqual([]);
  } finally {
    await servers.stop();
  }
});
