import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { startServers, type TestServers } from '@yoyaku/testing';
import { EventStoreDb } from '../src';
import { testCertificate } from './certificate';

/** An event store behind TLS, whose certificate names its address and its name. */
let servers: TestServers;
let front: Server;
let folder: string;

beforeAll(async () => {
  servers = await startServers();
  const { port, hostname } = new URL(servers.eventStoreUrl);
  const { certificate: cert, key } = testCertificate;
  front = createServer({ cert, key, ALPNProtocols: ['h2'] }, (client) => {
    const store = connect(Number(port), hostname);
    client.pipe(store).pipe(client);
    for (const socket of [client, store]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => front.listen(0, '0.0.0.0', resolve));
  folder = mkdtempSync(join(tmpdir(), 'yoyaku-tls-'));
  writeFileSync(join(folder, 'ca.pem'), testCertificate.authority);
});
afterAll(async () => {
  front.close();
  rmSync(folder, { recursive: true });
  await servers.stop();
});

const storeAt = (host: string, trusted = true) => {
  const { port } = front.address() as AddressInfo;
  const url = `esdb://${host}:${port}?tls=true${trusted ? `&tlsCAFile=${join(folder, 'ca.pem')}` : ''}`;
  return new EventStoreDb(url, { prefix: servers.eventStorePrefix });
};

test.each(['127.0.0.1', 'localhost'])('a store is reached by TLS at %s', async (host) => {
  const store = storeAt(host);
  await store.ping();
  await store.writeSnapshot(`tls-${host}`, { kept: true });
  expect(await store.readSnapshot(`tls-${host}`)).toEqual({ kept: true });
  await store.close();
});

test.each([
  ['is of an authority that is not trusted', '127.0.0.1', false],
  ['names another address', '127.0.0.2', true],
] as const)('a store whose certificate %s is refused', async (_what, host, trusted) => {
  const store = storeAt(host, trusted);
  await expect(store.ping()).rejects.toMatchObject({ name: 'EventStoreUnavailable' });
  await store.close();
});
