import { migrate } from '@yoyaku/composition';
import { createPool } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import { SendingTurns } from './turns';

let servers: TestServers;
let pool: ReturnType<typeof createPool>;

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  pool = createPool(servers.databaseUrl);
});
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

it('lets as many messages a minute go as a provider takes, whoever asks', async () => {
  const processes = [new SendingTurns(pool, 30), new SendingTurns(pool, 30)];
  const waits = await Promise.all(Array.from({ length: 40 }, (_, i) => processes[i % 2]?.take('email')));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(30);
  for (const wait of waits.filter((wait) => wait !== 0)) expect(wait).toBeLessThanOrEqual(2_000);
  expect(await processes[0]?.take('sms')).toBe(0);
});
