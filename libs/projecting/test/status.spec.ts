import { createPool } from '@yoyaku/postgres';
import { until } from '@yoyaku/testing';
import { tally } from './tally';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const lags = async () => (await world.admin.get('tally')).partitions;
const level = () => until(async () => (await lags()).every(({ lagSeconds }) => lagSeconds === 0));

/** Nothing can be written into the table until the function given back is called. */
async function hold(table: string): Promise<() => Promise<void>> {
  const pool = createPool(world.servers.databaseUrl);
  const client = await pool.connect();
  await client.query(`begin; lock table ${table} in exclusive mode`);
  return async () => {
    await client.query('commit');
    client.release();
    await pool.end();
  };
}

test('over NATS, lag is what was relayed and is not written, in events and in seconds', async () => {
  const channel = world.channel();
  const { relaying } = world.relay(channel);
  const projector = await world.project({ channel, relayProgress: () => relaying.progress });
  await until(() => projector.path === 'nats');
  const account = await world.open('t1', 'Ann');
  await until(async () => (await world.admin.reading()).relay?.sequence === 1);
  await level();
  expect((await lags()).map(({ lagEvents }) => lagEvents)).toEqual((await lags()).map(() => 0));

  const release = await hold('tally_g1.accounts');
  const since = performance.now();
  for (let amount = 1; amount <= 4; amount++) await world.deposit('t1', account, amount);
  await until(async () => (await lags()).every(({ lagEvents, lagSeconds }) => lagEvents === 4 && lagSeconds > 1));
  for (const { lagSeconds } of await lags()) expect(lagSeconds).toBeLessThan((performance.now() - since) / 1_000 + 1);
  await release();
  await level();
  expect((await lags()).every(({ lagEvents }) => lagEvents === 0)).toBe(true);
});

test.each([
  ['where nothing relays', false],
  ['while others are relayed to', true],
])('on the direct path, %s, lag is told in seconds alone', async (_, relayed) => {
  const relay = relayed ? world.relay(world.channel()) : undefined;
  await world.project({ relayProgress: () => relay?.relaying.progress });
  const account = await world.open('t1', 'Ben');
  await level();
  await until(async () => ((await world.admin.reading()).relay === null) !== relayed);
  const release = await hold('tally_g1.accounts');
  await world.deposit('t1', account, 1);
  await until(async () => (await lags()).every(({ lagSeconds }) => lagSeconds > 1));
  expect((await lags()).every(({ lagEvents }) => lagEvents === null)).toBe(true);
  await release();
  await level();
});

test('a partition that failed lags behind by the age of what it failed at', async () => {
  // What mixes all tenants stops as one.
  const alone = await createWorld([{ ...tally, global: true }]);
  await alone.project();
  const account = await alone.open('t1', 'Cho');
  const since = performance.now();
  await alone.append('t1', account, { type: 'AccountCursed', data: { accountId: account } });
  const partitions = async () => (await alone.admin.get('tally')).partitions;
  await until(async () => (await partitions()).some(({ state, lagSeconds }) => state === 'failed' && lagSeconds > 1));
  expect(await partitions()).toHaveLength(1);
  expect((await partitions())[0]?.lagSeconds).toBeLessThan((performance.now() - since) / 1_000 + 1);
  await alone.tidy();
  await alone.end();
});

test('tells which way events come, how many projectors there are, and whether a relay runs', async () => {
  expect(await world.project().then(() => world.admin.reading())).toEqual({
    projectors: { nats: 0, store: 1 },
    relay: null,
  });
  const channel = world.channel();
  const { relaying } = world.relay(channel);
  await world.project({ channel, relayProgress: () => relaying.progress });
  const position = await world.deposit('t1', await world.open('t1', 'Dan'), 1);
  await until(async () => {
    const { projectors, relay } = await world.admin.reading();
    return projectors.nats === 1 && projectors.store === 1 && relay?.position === `${position}`;
  });
  await world.tidy();
  expect(await world.admin.reading()).toEqual({ projectors: { nats: 0, store: 0 }, relay: null });
});

test('tells how what this build knows stands to what is installed', async () => {
  await world.project();
  const standing = async () => (await world.admin.get('tally')).definition;
  expect(await standing()).toBe('current');
  for (const [change, expected] of [
    [{ digest: 'other' }, 'changed'],
    [{ version: 2 }, 'newer'],
    [{ version: 0 }, 'older'],
  ] as const) {
    expect((await world.adminOf([{ ...tally, ...change }]).get('tally')).definition).toBe(expected);
  }
  expect((await world.adminOf([]).get('tally')).definition).toBeNull();
});
