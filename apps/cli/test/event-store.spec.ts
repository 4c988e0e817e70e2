import { migrate, PREFIX_SETTING } from '@yoyaku/composition';
import { keepSetting } from '@yoyaku/postgres';
import { type GrpcProxy, grpcProxy, startServers, type TestServers } from '@yoyaku/testing';
import { Environment } from '../src/environment';
import { answerOf, yoyaku } from './yoyaku';

let servers: TestServers;
let way: GrpcProxy;
let environment: Environment;
const env = { ...process.env };

beforeAll(async () => {
  servers = await startServers();
  way = await grpcProxy(servers.eventStoreUrl);
  Object.assign(process.env, { ...servers.environment, ESDB_URL: way.url });
  environment = new Environment();
});
afterEach(() => way.mend());
afterAll(async () => {
  process.env = env;
  await environment.close();
  await way.close();
  await servers.stop();
});

interface Checked {
  readonly right: string;
  readonly problem?: string;
}

const check = () => answerOf<Checked[]>(environment, 'eventstore', 'check');
const REFUSED = 'the store refuses it to this user';

test('yoyaku eventstore check tells which rights are needed, and which of them the user lacks', async () => {
  const rights = [
    'append to its streams',
    'read its streams',
    'set the metadata of its streams',
    'read all events ($all)',
    'follow all events ($all)',
  ];
  expect(await check()).toEqual(rights.map((right) => ({ right })));

  way.deny(/Append$/);
  const [append, read, metadata] = rights;
  const denied = await check();
  expect(denied.filter(({ problem }) => problem)).toEqual([
    { right: append, problem: REFUSED },
    { right: metadata, problem: REFUSED },
  ]);
  const { stdout, exitCode } = await yoyaku(environment, 'eventstore', 'check');
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['GRANTED', 'RIGHT', 'WHY NOT'],
    ['no', append, REFUSED],
    ['yes', read],
    ['no', metadata, REFUSED],
    ...rights.slice(3).map((right) => ['yes', right]),
    [''],
  ]);
  expect(exitCode).toBe(1);

  way.deny(/Read$/);
  expect((await check()).map(({ problem }) => problem === undefined)).toEqual([true, false, true, false, false]);
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
  expect(await yoyaku(bare, 'eventstore', 'check')).toMatchObject({ exitCode: 0 });
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
