import { execFile } from 'node:child_process';
import { styleText } from 'node:util';
import { startServers, type TestServers } from '@yoyaku/testing';
import { Environment } from '../src/environment';
import { type Answer, yoyaku } from './yoyaku';

let servers: TestServers;
const env = { ...process.env };
beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => {
  process.env = env;
  await servers.stop();
});

/** Runs a command in a process of its own, whose output goes to no terminal. */
function inProcess(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Answer> {
  const { FORCE_COLOR: _, ...ours } = env;
  const main = ['-r', './tools/swc-require.cjs', 'apps/cli/src/main.ts'];
  return new Promise((resolve) => {
    const options = { env: { ...ours, ...servers.environment, ...environment } };
    const child = execFile(process.execPath, [...main, ...args], options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: child.exitCode ?? -1 }),
    );
  });
}

it('is in colour where that is asked for, and not where there is no terminal', async () => {
  const check = ['eventstore', 'check'];
  const [coloured, plain] = await Promise.all([inProcess(check, { FORCE_COLOR: '1' }), inProcess(check)]);
  const green = styleText('green', 'yes', { validateStream: false });
  expect(coloured).toEqual({ stdout: expect.stringContaining(`\n${green} `), stderr: '', exitCode: 0 });
  expect(plain).toEqual({ stdout: expect.stringMatching(/^GRANTED .*\nyes /), stderr: '', exitCode: 0 });
});

it('names the setting where a server does not answer', async () => {
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const list = ['projections', 'list'];
  const [inWords, inJson] = await Promise.all([inProcess(list, nowhere), inProcess([...list, '--json'], nowhere)]);
  const message = 'DATABASE_URL: connect ECONNREFUSED 127.0.0.1:1';
  const answer = { stdout: '', exitCode: 4 };
  expect(inWords).toEqual({ ...answer, stderr: `yoyaku: ${message} (database.unavailable)\n` });
  expect(inJson).toEqual({ ...answer, stderr: `${JSON.stringify({ code: 'database.unavailable', message })}\n` });
});

it('says that the database is not prepared', async () => {
  Object.assign(process.env, servers.environment);
  const environment = new Environment();
  const { stderr, exitCode } = await yoyaku(environment, 'projections', 'list');
  expect(stderr).toMatch(/^yoyaku: The database is not prepared: .*\(database\.not_prepared\)\n$/);
  expect(exitCode).toBe(4);
  await environment.close();
});

it.each([
  [['projections', 'lst'], "unknown command 'lst' (Did you mean list?)"],
  [['events', 'read', '--limit', '0'], "option '--limit <count>' argument '0' is invalid."],
  [['projections', 'skip', 'users'], "required option '--reason <text>' not specified"],
  [['audit', 'verify', 'all'], 'too many arguments'],
])('does not understand %s', async (args, message) => {
  const { stderr, ...answer } = await yoyaku(new Environment(), ...args);
  expect(answer).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr.startsWith(`yoyaku: ${message}`)).toBe(true);
  expect(stderr.endsWith(' (command_line.invalid)\n')).toBe(true);
});

it('gives the help that is asked for, with the exit codes', async () => {
  const { stdout, exitCode } = await yoyaku(new Environment(), '--help');
  expect(stdout).toContain('Exits with');
  expect(exitCode).toBe(0);
  expect(await yoyaku(new Environment(), 'events')).toMatchObject({ stdout: '', exitCode: 2 });
});
