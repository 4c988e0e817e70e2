import { aggregates, projections } from '@yoyaku/composition';
import { systemContext } from '@yoyaku/eventing';
import { newUuid, PLATFORM } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { startServers, type TestServers, until } from '@yoyaku/testing';
import { pino } from 'pino';
import { User } from '../../../libs/identity/src/domain/user.decider';
import { type ProjectorProcess, startProjector } from '../../projector/src/projector-process';
import { Environment } from '../src/environment';
import { type Answer, answerOf, yoyaku } from './yoyaku';

let servers: TestServers;
let environment: Environment;
let projector: ProjectorProcess;
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  Object.assign(process.env, servers.environment);
  environment = new Environment();
  const logger = pino({ level: 'silent' });
  projector = await startProjector({ ...environment.config, natsUrl: '', aggregates, projections, logger });
  for (const name of ['Ann', 'Ben', 'Cho']) await register(name);
  await until(async () => (await users()).length === 3);
});
afterAll(async () => {
  process.env = env;
  await projector.stop();
  await environment.close();
  await servers.stop();
});

const run = (...args: string[]): Promise<Answer> => yoyaku(environment, 'projections', ...args);
const answer = <T>(...args: string[]): Promise<T> => answerOf<T>(environment, 'projections', ...args);

async function register(name: string): Promise<void> {
  const userId = newUuid();
  const data = { userId, name, email: `${userId}@example.com`, locale: 'en', role: 'user' } as const;
  await environment
    .aggregateStore()
    .execute(User, userId, { type: 'RegisterUser', data }, systemContext('spec'), 'assumeEmpty');
}

const users = () =>
  new ReadModels(environment.pool()).query<{ name: string }>('select * from read.users order by name');

async function drop(pattern: string): Promise<void> {
  const { rows } = await environment
    .pool()
    .query<{ nspname: string }>('select nspname from pg_namespace where nspname ~ $1', [pattern]);
  for (const { nspname } of rows) await environment.pool().query(`drop schema "${nspname}" cascade`);
}

const notFound: Answer = {
  stdout: '',
  stderr: 'yoyaku: There is no read model nothing. (projection.not_found)\n',
  exitCode: 3,
};

describe('projections rebuild', () => {
  it('follows the rebuild to its end', async () => {
    const stdout = expect.stringMatching(/^Rebuilt users: 3 events; in their place within \d+ ms\.\n$/);
    expect(await run('rebuild', 'users')).toMatchObject({ stdout, exitCode: 0 });
    expect(await run('follow-rebuild', 'users')).toMatchObject({ stdout, exitCode: 0 });
  });

  it('is told which', async () => {
    const stderr = 'yoyaku: name the read models, or say --all (command_line.invalid)\n';
    expect(await run('rebuild')).toEqual({ stdout: '', stderr, exitCode: 2 });
    expect(await run('rebuild', 'users', '--all')).toEqual({ stdout: '', stderr, exitCode: 2 });
    expect(await run('rebuild', 'nothing')).toEqual(notFound);
  });

  it.each([
    ['all read models were dropped', '^read$|_g[0-9]+$'],
    ['all read models and the records of them were dropped', '^read$|^projecting$|_g[0-9]+$'],
  ])('brings everything back when %s', async (_, schemas) => {
    const before = await users();
    await drop(schemas);
    const stdout = expect.stringMatching(/^Rebuilt .*\busers\b.*: \d+ events; in their place/);
    expect(await run('rebuild', '--all')).toMatchObject({ stdout, exitCode: 0 });
    expect(await users()).toEqual(before);
    expect(await projector.admin.missing()).toEqual([]);
    await register('Dan');
    await until(async () => (await users()).length === before.length + 1);
    expect(await run('verify')).toMatchObject({ exitCode: 0 });
  });
});

it.each([
  'projections list',
  'projections pause users',
  'projections resume users',
  'projections quarantined',
  'projections skips users',
  'projections rebuild users',
  'projections follow-rebuild users',
  'projections verify users',
  'events read --type UserRegistered',
  'events count',
  'streams foreign',
  'eventstore check',
  'audit verify',
  'audit checkpoint',
  'keys rewrap',
  'migrate',
])('%s --json answers with JSON and says nothing else', async (command) => {
  const { stdout, stderr, exitCode } = await yoyaku(environment, ...command.split(' '), '--json');
  const lines = stdout.trimEnd().split('\n');
  for (const line of lines) expect(JSON.parse(line)).toEqual(expect.any(Object));
  expect(command.startsWith('events read') || lines.length === 1).toBe(true);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
});

it('lists read models in words', async () => {
  const { stdout } = await run('list');
  const [heading, ...rows] = stdout.trimEnd().split('\n');
  expect(heading).toBe(heading?.trim());
  expect(heading?.split(/ {2,}/)).toEqual([
    ...['READ MODEL', 'VERSION', 'STATE', 'DEFINITION'],
    ...['LAG, EVENTS', 'LAG, S', 'EVENTS/S', 'TENANTS LEFT OUT'],
  ]);
  expect(rows).toHaveLength(projections.length);
  expect(rows.find((row) => row.startsWith('users '))).toMatch(/^users +\d+ {2}live +current +unknown +\d/);
});

describe('projections verify', () => {
  it('prints the rows that differ, and exits with 1', async () => {
    await environment.pool().query(`update read.users set name = 'Zoe' where name = 'Ann'`);
    const { stdout, exitCode } = await run('verify', 'users');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^users +different +5 +\d+$/m);
    expect(stdout).toMatch(
      /^users, table users, partition \d\n +is +rows: (\d), checksum: -?\d+\n +should be +rows: \1, .*\d$/m,
    );
    expect(stdout).toMatch(/is .*Zoe.*\n.*should be .*Ann/);
    expect(await run('rebuild', 'users')).toMatchObject({ exitCode: 0 });
    expect(await run('verify', 'users')).toMatchObject({ exitCode: 0 });
  });

  it('says what it could not compare, and exits with 1', async () => {
    expect(await run('pause', 'users')).toMatchObject({ stdout: 'users is paused.\n', exitCode: 0 });
    const { stdout, exitCode } = await run('verify', 'users', 'businesses');
    expect(stdout).toMatch(/^users +not compared +0 +The read model users is not live\.$/m);
    expect(stdout).toMatch(/^businesses +equal +0 +\d+$/m);
    expect(exitCode).toBe(1);
    expect(await answer('resume', 'users')).toMatchObject({ name: 'users', state: 'live' });
    expect(await run('verify', 'nothing')).toEqual(notFound);
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
  expect(await run('drop', 'users')).toMatchObject({
    stderr: expect.stringContaining('(projection.in_use)'),
    exitCode: 3,
  });
  expect(await users()).not.toHaveLength(0);
});

it('a rebuild that fails says at which event, exits with 1, and changes nothing', async () => {
  // So many that the rebuild does not just leave them out.
  const streams: string[] = [];
  while (streams.length < 11) streams.push(await registerNobody());
  const left = async () => (await projector.admin.get('users')).quarantined.length;
  await until(async () => (await left()) === streams.length);
  const { stdout: leftOut } = await run('quarantined');
  const row = /^users +user-\S{36} +failed +UserRegistered \S{36} \(user-\S{36}, revision 0\) +.*"locale"/gm;
  expect(leftOut.match(row)).toHaveLength(streams.length);
  await run('skip', 'users', '--reason', 'nobody is missed');
  await until(async () => (await left()) === 0);
  const skips = await answer<{ reason: string; failure: { eventId: string } }[]>('skips', 'users');
  expect(skips.map(({ reason }) => reason)).toEqual(streams.map(() => 'nobody is missed'));
  for (const { failure } of skips) await run('withdraw-skip', 'users', failure.eventId);
  const before = await users();
  expect(await run('rebuild', 'users')).toMatchObject({
    stdout: expect.stringMatching(
      `^The rebuild failed at UserRegistered \\(${streams.at(-1)}, revision 0\\): .*"locale".* as they were before\\.\n$`,
    ),
    exitCode: 1,
  });
  expect(await users()).toEqual(before);
  expect((await projector.admin.get('users')).state).toBe('live');
});
