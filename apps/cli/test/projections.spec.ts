import { aggregates, projections } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { User } from '@yoyaku/identity';
import { newUuid, PLATFORM } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { Environment } from '../src/environment';
import { projectionsCommand } from '../src/projections.command';

let servers: TestServers;
let environment: Environment;
let projector: ProjectorProcess;
let said: string[];
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  Object.assign(process.env, servers.environment);
  environment = new Environment();
  const logger = pino({ level: 'silent' });
  projector = await startProjector({ ...environment.config, natsUrl: '', aggregates, projections, logger });
  for (const name of ['Ann', 'Ben', 'Cho']) await register(name);
  await until(async () => (await users()).length === 3);
  jest.spyOn(console, 'log').mockImplementation((line) => said.push(line));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
}, 30_000);
beforeEach(() => {
  said = [];
});
afterAll(async () => {
  jest.restoreAllMocks();
  process.env = env;
  await projector.stop();
  await environment.close();
  await servers.stop();
});

/** The code that the process would exit with. */
async function run(...args: string[]): Promise<typeof process.exitCode> {
  process.exitCode = 0;
  await projectionsCommand(environment).parseAsync(args, { from: 'user' });
  const { exitCode } = process;
  process.exitCode = 0;
  return exitCode;
}

async function register(name: string): Promise<void> {
  const userId = newUuid();
  const data = { userId, name, email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await environment.aggregateStore().create(User, userId, { type: 'RegisterUser', data }, systemContext('spec'));
}

const users = () =>
  new ReadModels(environment.pool()).query<{ name: string }>('select * from read.users order by name');

async function drop(pattern: string): Promise<void> {
  const { rows } = await environment
    .pool()
    .query<{ nspname: string }>('select nspname from pg_namespace where nspname ~ $1', [pattern]);
  for (const { nspname } of rows) await environment.pool().query(`drop schema "${nspname}" cascade`);
}

describe('projections rebuild', () => {
  it('follows the rebuild to its end', async () => {
    expect(await run('rebuild', 'users')).toBe(0);
    const verdict = expect.stringMatching(/^Rebuilt users: 3 events; in their place within \d+ ms\.$/);
    expect(said).toEqual([verdict]);
    expect(await run('follow-rebuild', 'users')).toBe(0);
    expect(said).toEqual([verdict, verdict]);
  });

  it('is told which', async () => {
    await expect(run('rebuild')).rejects.toThrow('--all');
    await expect(run('rebuild', 'users', '--all')).rejects.toThrow('--all');
    await expect(run('rebuild', 'nothing')).rejects.toThrow('projection.not_found');
  });

  it.each([
    ['all read models were dropped', '^read$|_g[0-9]+$'],
    ['all read models and the records of them were dropped', '^read$|^projecting$|_g[0-9]+$'],
  ])('brings everything back when %s', async (_, schemas) => {
    const before = await users();
    await drop(schemas);
    expect(await run('rebuild', '--all')).toBe(0);
    expect(said).toEqual([expect.stringMatching(/^Rebuilt .*\busers\b.*: \d+ events; in their place/)]);
    expect(await users()).toEqual(before);
    expect(await projector.admin.missing()).toEqual([]);
    await register('Dan');
    await until(async () => (await users()).length === before.length + 1);
    expect(await run('verify')).toBe(0);
  });
});

describe('projections verify', () => {
  it('prints the rows that differ, and exits with 1', async () => {
    await environment.pool().query(`update read.users set name = 'Zoe' where name = 'Ann'`);
    expect(await run('verify', 'users')).toBe(1);
    expect(said[0]).toMatch(/^users: DIFFERENT, 5 rows as of position \d+$/);
    expect(said[1]).toMatch(/^ {2}users, partition \d\n +is +rows: (\d), checksum: -?\d+\n +should be rows: \1, .*\d$/);
    expect(said[2]).toMatch(/is .*Zoe.*\n.*should be .*Ann/);
    expect(await run('rebuild', 'users')).toBe(0);
    expect(await run('verify', 'users')).toBe(0);
  });

  it('says what it could not compare, and exits with 1', async () => {
    await run('pause', 'users');
    said = [];
    expect(await run('verify', 'users', 'businesses')).toBe(1);
    expect(said).toEqual([
      'users: NOT COMPARED, projection.not_live',
      expect.stringMatching(/^businesses: equal, 0 rows/),
    ]);
    await run('resume', 'users');
    await expect(run('verify', 'nothing')).rejects.toThrow('projection.not_found');
  });
});

/** A registration that no table takes, as only a defect could have let it in. Gives its stream. */
async function registerNobody(): Promise<string> {
  const userId = newUuid();
  const stream = `user-${userId}`;
  const data = { userId, name: 'Nobody', email: 'nobody@example.com', locale: null, role: 'user' };
  const before = { revision: -1, hash: null };
  const event = { type: 'UserRegistered', data };
  const sealed = await environment.codec().sealAll(stream, [event], systemContext('spec'), PLATFORM, before);
  await environment.eventStore().append(stream, 'no_stream', sealed);
  return stream;
}

it('a read model in use is not dropped', async () => {
  await expect(run('drop', 'users')).rejects.toThrow('projection.in_use');
  expect(await users()).not.toHaveLength(0);
});

it('a rebuild that fails says at which event, exits with 1, and changes nothing', async () => {
  // So many that the rebuild does not just leave them out.
  const streams: string[] = [];
  while (streams.length < 11) streams.push(await registerNobody());
  const left = async () => (await projector.admin.get('users')).quarantined.length;
  await until(async () => (await left()) === streams.length);
  await run('quarantined');
  expect(said).toHaveLength(streams.length);
  expect(said[0]).toMatch(/^users user-.{36} failed UserRegistered .{36} \(user-.{36}\): .*"locale"/);
  said = [];
  await run('skip', 'users', '--reason', 'nobody is missed');
  await until(async () => (await left()) === 0);
  said = [];
  await run('skips', 'users');
  expect(said).toHaveLength(streams.length);
  const events = said.map((line) => line.slice(0, 36));
  for (const event of events) await run('withdraw-skip', 'users', event);
  said = [];
  const before = await users();
  expect(await run('rebuild', 'users')).toBe(1);
  expect(said).toEqual([
    expect.stringMatching(
      `^The rebuild failed at UserRegistered \\(${streams.at(-1)}, revision 0\\): .*"locale".* as they were before\\.$`,
    ),
  ]);
  expect(await users()).toEqual(before);
  expect((await projector.admin.get('users')).state).toBe('live');
});
