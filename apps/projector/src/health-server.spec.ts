import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool } from '@yoyaku/postgres';
import { ProjectionAdmin } from '@yoyaku/projecting';
import { startServers, type TestServers } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { serveHealth } from './health-server';

const TOKEN = 'a token that only Prometheus has';
let servers: TestServers;
let pool: Pool;
const serving: Server[] = [];

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
});
afterAll(async () => {
  for (const server of serving) server.close();
  await pool.end();
  await servers.stop();
});

async function statusOf(path: string, { token, metricsToken = TOKEN }: { token?: string; metricsToken?: string } = {}) {
  const check = async () => ({ missing: ['bookings'] }) as never;
  const server = await serveHealth(
    { admin: new ProjectionAdmin(pool), check, passedOver: () => 0 },
    { metricsToken },
    0,
  );
  serving.push(server);
  const { port } = server.address() as AddressInfo;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
}

it('answers whoever watches the process', async () => {
  expect(await statusOf('/health/live')).toBe(200);
  expect(await statusOf('/health/ready')).toBe(503);
  expect(await statusOf('/elsewhere')).toBe(404);
});

it('shows its figures to Prometheus alone, as the api does', async () => {
  expect(await statusOf('/metrics', { token: TOKEN })).toBe(200);
  expect(await statusOf('/metrics', { token: 'another' })).toBe(401);
  expect(await statusOf('/metrics')).toBe(401);
  expect(await statusOf('/metrics', { token: '', metricsToken: '' })).toBe(404);
});
