import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { startServers, type TestServers, testSecrets } from '@yoyaku/testing';

const ROOT = resolve(__dirname, '../../..');

let servers: TestServers;
let taken: ReturnType<typeof createServer>;
let takenPort: string;

beforeAll(async () => {
  servers = await startServers();
  taken = createServer();
  await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
  takenPort = `${(taken.address() as AddressInfo).port}`;
});
afterAll(async () => {
  taken.close();
  await servers.stop();
});

/** Starts one of the programs, which is to fail, and gives what it said of that: all that it wrote. */
async function saidBy(app: string, env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
  const main = ['-r', join(ROOT, 'tools/swc-require.cjs'), join(ROOT, `apps/${app}/src/main.ts`)];
  const child = spawn(process.execPath, [...main, ...args], {
    env: {
      PATH: process.env.PATH,
      ...testSecrets,
      ...servers.environment,
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(tmpdir(), 'yoyaku-not-started'),
      ...env,
    },
  });
  const ended = new Promise((exit) => child.once('exit', exit));
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(await ended).toBe(app === 'cli' ? 4 : 1);
  return out + error;
}

const withPassword = (password: string) => {
  const url = new URL(servers.databaseUrl);
  url.password = password;
  return url.href;
};

test('a program that cannot start says why in one sentence, by the variable that is to be changed, and shows no stack', async () => {
  const nowhere = 'postgres://somebody:secret@127.0.0.1:1/yoyaku';
  const noStore = 'esdb://somebody:secret@127.0.0.1:1?tls=false';
  const unknownOption = `${noStore}&conectionName=x`;
  const failures: [string, ...Parameters<typeof saidBy>][] = [
    ['APP_SECRET must have at least 32 characters', 'api', { APP_SECRET: 'short' }],
    ['PORT: listen EADDRINUSE: address already in use 127.0.0.1', 'api', { PORT: takenPort }],
    ['DATABASE_URL: connect ECONNREFUSED 127.0.0.1:1', 'api', { DATABASE_URL: nowhere }],
    ['DATABASE_URL: password authentication failed for user', 'reactor', { DATABASE_URL: withPassword('secret') }],
    ['ESDB_URL: Unexpected \\"http://\\"', 'reactor', { ESDB_URL: 'http://somebody:secret@127.0.0.1' }],
    ['ESDB_URL: The event store\'s client has no option \\"conectionName\\"', 'reactor', { ESDB_URL: unknownOption }],
    ['ESDB_URL: The event store does not answer', 'projector', { ESDB_URL: noStore }],
    ['NATS_URL must be', 'projector', { NATS_URL: 'nats://somebody:secret@:4222' }],
    ['NATS_URL must have', 'projector', { NATS_URL: 'nats://somebody:secret%w@127.0.0.1' }],
    ['HEALTH_PORT: listen EADDRINUSE', 'projector', { HEALTH_PORT: takenPort }],
    [`EADDRINUSE: address already in use 127.0.0.1:${takenPort}`, 'event-node', {}, '--port', takenPort, '--in-memory'],
    ['yoyaku: DATABASE_URL: connect ECONNREFUSED', 'cli', { DATABASE_URL: nowhere }, 'projections', 'list'],
  ];
  const all = await Promise.all(
    failures.map(async ([sentence, ...program]) => ({ sentence, said: await saidBy(...program) })),
  );
  for (const { sentence, said } of all) {
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/^ +at |\\n +at /m);
    expect(said).not.toContain('secret');
    expect(said.split('\n').filter((line) => /cannot start|yoyaku:/.test(line))).toHaveLength(1);
  }
});
