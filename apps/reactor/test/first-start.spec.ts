import { Writable } from 'node:stream';
import { readConfig } from '@yoyaku/composition';
import { startServers, testSecrets, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { startReactor } from '../src/reactor-process';

test('a reactor that comes before the read models waits for them without complaint', async () => {
  const servers = await startServers();
  const { databaseUrl: DATABASE_URL, eventStoreUrl: EVENTSTORE_URL } = servers;
  const config = readConfig({ NODE_ENV: 'test', ...testSecrets, DATABASE_URL, EVENTSTORE_URL });
  const lines: { level: number; msg: string; duty: string }[] = [];
  const keep = new Writable({
    write: (line, _, done) => {
      lines.push(JSON.parse(line));
      done();
    },
  });
  const reactor = await startReactor(config, pino({ level: 'debug' }, keep), { everyMs: 20, graceMs: 200 });
  const waits = (duty: string) => lines.filter((line) => line.duty === duty && line.msg === 'waiting for read models');
  await until(() => waits('reaper').length > 2 && waits('pending-expiry').length > 2);
  await reactor.stop();
  await servers.stop();
  expect(lines.filter(({ level }) => level > 30)).toEqual([]);
});
