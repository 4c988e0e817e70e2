import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { migrate } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { Environment } from '../src/environment';
import { yoyaku } from './yoyaku';

let servers: TestServers;
let environment: Environment;
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  await migrate(servers.databaseUrl);
  Object.assign(process.env, servers.environment);
  environment = new Environment();
});
afterAll(async () => {
  process.env = env;
  await environment.close();
  await servers.stop();
});

async function register(): Promise<string> {
  const userId = newUuid();
  const data = { userId, name: 'Ann', email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await environment
    .aggregateStore()
    .execute(User, userId, { type: 'RegisterUser', data }, systemContext('spec'), 'assumeEmpty');
  return userId;
}

it('shows a stream, and says when there is none', async () => {
  const id = await register();
  const { stdout } = await yoyaku(environment, 'streams', 'show', `user-${id}`, '--json');
  const lines = stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { stream: `user-${id}`, revision: 0, data: { name: 'Ann' } },
  ]);
  expect(await yoyaku(environment, 'streams', 'show', 'user-nobody')).toEqual({
    stdout: '',
    stderr: 'yoyaku: There is no stream user-nobody. (stream.not_found)\n',
    exitCode: 3,
  });
});

it('shows people what an event is, who did it and when, and its data', async () => {
  const id = await register();
  const { stdout } = await yoyaku(environment, 'streams', 'show', `user-${id}`);
  const [what, who, ...data] = stdout.split('\n');
  expect(what).toMatch(new RegExp(`^\\d+  UserRegistered  user-${id}, revision 0$`));
  expect(who).toMatch(/^ {2}\d{4}-\d\d-\d\dT\S+Z, by spec, tenant platform$/);
  expect(data).toContain("    name: 'Ann',");
});

it.each(['read', 'tail', 'count'])('goes on from where history has come to, and no further: %s', async (command) => {
  await register();
  const head = await environment.eventStore().head();
  expect(await yoyaku(environment, 'events', command, '--from', String(head + 1n))).toEqual({
    stdout: '',
    stderr: `yoyaku: History goes up to position ${head} so far. (audit.position_not_reached)\n`,
    exitCode: 3,
  });
});

it('tells of events as they come, until it is interrupted', async () => {
  const tailing = yoyaku(
    environment,
    'events',
    'tail',
    '--from',
    String(await environment.eventStore().head()),
    '--json',
  );
  const printed = () => jest.mocked(process.stdout.write).mock.calls;
  await until(() => process.listenerCount('SIGINT') > 0);
  const ids = [await register(), await register()];
  await until(() => printed().length === 2);
  process.emit('SIGINT');
  const { stdout, exitCode } = await tailing;
  const streams = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).stream);
  expect(streams).toEqual(ids.map((id) => `user-${id}`));
  expect(exitCode).toBe(0);
});

it('says nothing of a position that nothing follows', async () => {
  await register();
  const head = String(await environment.eventStore().head());
  expect(await yoyaku(environment, 'events', 'read', '--from', head)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
});

it('ends without a word when who reads has enough', async () => {
  for (let i = 0; i < 20; i++) await register();
  const yoyaku = `"${process.execPath}" -r ./tools/swc-require.cjs apps/cli/src/main.ts`;
  const shell = `{ ${yoyaku} events read; echo "exit $?" >&2; } | :`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', shell], { env: process.env });
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'exit 0\n' });
});
