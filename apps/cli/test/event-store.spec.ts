import { PREFIX_SETTING } from '@yoyaku/composition';
import { keepSetting, migrate } from '@yoyaku/postgres';
import { type GrpcProxy, grpcProxy, startServers, type TestServers } from '@yoyaku/testing';
import { Environment } from '../src/environment';
import { eventStoreCommand } from '../src/event-store.command';

let servers: TestServers;
let way: GrpcProxy;
let environment: Environment;
let said: string[];
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  way = await grpcProxy(servers.eventStoreUrl);
  Object.assign(process.env, { ...servers.environment, ESDB_URL: way.url });
  environment = new Environment();
});
beforeEach(() => {
  said = [];
  jest.spyOn(console, 'log').mockImplementation((line) => said.push(line));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
  way.mend();
});
afterAll(async () => {
  process.env = env;
  await environment.close();
  await way.close();
  await servers.stop();
});

const check = async () => {
  process.exitCode = 0;
  await eventStoreCommand(environment).parseAsync(['check'], { from: 'user' });
  return said.map((line) => line.split('  '));
};
const REFUSED = 'the store refuses it to this user';

test('yoyaku eventstore check tells which rights are needed, and which of them the user lacks', async () => {
  const rights = [
    'append to its streams',
    'read its streams',
    'set the metadata of its streams',
    'read all events ($all)',
    'follow all events ($all)',
  ];
  expect(await check()).toEqual(rights.map((right) => ['yes', right]));
  expect(process.exitCode).toBe(0);

  said = [];
  way.deny(/Append$/);
  const isAppend = (right: string) => /append|metadata/.test(right);
  const lines = await check();
  expect(lines.map(([answer]) => answer?.trim())).toEqual(['no', 'yes', 'no', 'yes', 'yes']);
  expect(lines.filter(([, right]) => isAppend(right!)).every(([, right]) => right?.endsWith(REFUSED))).toBe(true);
  expect(process.exitCode).toBe(1);

  said = [];
  way.deny(/Read$/);
  expect((await check()).map(([answer]) => answer?.trim())).toEqual(['yes', 'no', 'yes', 'no', 'no']);
});

test('the rights are checked without any of the secrets, which processes alone need', async () => {
  const withSecrets = { ...process.env };
  Object.assign(process.env, { APP_SECRET: '', PII_MASTER_KEY: '' });
  let bare: Environment;
  try {
    bare = new Environment();
  } finally {
    process.env = withSecrets;
  }
  await eventStoreCommand(bare).parseAsync(['check'], { from: 'user' });
  expect(said.map((line) => line.slice(0, 3))).toEqual(Array(5).fill('yes'));
  expect(() => bare.codec()).toThrow('APP_SECRET must have at least 32 characters');
  await bare.close();
});

test('a command keeps no prefix for an installation that has none yet, and refuses any but the one it has', async () => {
  await migrate(servers.databaseUrl);
  await environment.ensurePrefix();
  const { rows } = await environment.pool().query('select name from app.kept_settings');
  expect(rows).toEqual([]);
  await keepSetting(environment.pool(), PREFIX_SETTING, 'tokyo');
  await expect(environment.ensurePrefix()).rejects.toThrow('this installation has "tokyo" for good');
});
