import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemContext } from '@yoyaku/eventing';
import { User } from '@yoyaku/identity';
import { newUuid } from '@yoyaku/kernel';
import { migrate } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import { Environment } from '../src/environment';
import { eventsCommand } from '../src/events.command';
import { streamsCommand } from '../src/streams.command';

let servers: TestServers;
let environment: Environment;
let said: string[];
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  Object.assign(process.env, servers.environment);
  environment = new Environment();
});
beforeEach(() => {
  said = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  jest.spyOn(console, 'log').mockImplementation((line) => said.push(line));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  process.env = env;
  await environment.close();
  await servers.stop();
});

const events = (...args: string[]) => eventsCommand(environment).parseAsync(args, { from: 'user' });
const show = (stream: string) => streamsCommand(environment).parseAsync(['show', stream], { from: 'user' });

async function register(): Promise<string> {
  const userId = newUuid();
  const data = { userId, name: 'Ann', email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await environment.aggregateStore().create(User, userId, { type: 'RegisterUser', data }, systemContext('spec'));
  return userId;
}

it('shows a stream, and says when there is none', async () => {
  const id = await register();
  await show(`user-${id}`);
  expect(said.map((line) => JSON.parse(line))).toMatchObject([
    { stream: `user-${id}`, revision: 0, data: { name: 'Ann' } },
  ]);
  await expect(show('user-nobody')).rejects.toThrow('There is no stream user-nobody.');
});

it.each(['read', 'tail', 'count'])('goes on from where history has come to, and no further: %s', async (command) => {
  await register();
  const head = await environment.eventStore().head();
  const beyond = events(command, '--from', String(head + 1n));
  await expect(beyond).rejects.toThrow(`History goes up to position ${head} so far, not to ${head + 1n}.`);
  expect(said).toEqual([]);
});

it('says nothing of a position that nothing follows', async () => {
  await register();
  await events('read', '--from', String(await environment.eventStore().head()));
  expect(said).toEqual([]);
});

it('ends without a word when who reads has enough', async () => {
  for (let i = 0; i < 20; i++) await register();
  const yoyaku = `"${process.execPath}" -r ./tools/swc-require.cjs apps/cli/src/main.ts`;
  const shell = `{ ${yoyaku} events read; echo "exit $?" >&2; } | :`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', shell], { env: process.env });
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 0\n' });
}, 60_000);
