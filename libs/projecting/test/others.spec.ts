import { randomBytes } from 'node:crypto';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { EventStoreDb, type StoredEvent } from '@yoyaku/eventing';
import { newUuid } from '@yoyaku/kernel';
import { ProjectionVerifier } from '@yoyaku/projecting';
import { putOthers, until } from '@yoyaku/testing';
import { connect, headers } from 'nats';
import { tally } from './tally';
import { expectRowsOfHistory } from './under-load';
import { createWorld, type World } from './world';

/** A store that others use too, as the product's processes know it. */
let world: World;
let store: EventStoreDb;
let client: EventStoreDBClient;

beforeEach(async () => {
  world = await createWorld([tally], { partitions: 1 });
  const { eventStoreUrl } = world.servers;
  store = new EventStoreDb(eventStoreUrl, { categories: world.codec.categories });
  client = EventStoreDBClient.connectionString(eventStoreUrl);
});
afterEach(async () => {
  await world.tidy();
  await client.dispose();
  await store.close();
  await world.end();
});

const others = (count: number) => putOthers(world.servers.eventStoreUrl, count, 'account');
const checkpoint = async () => {
  const { rows } = await world.pool.query('select min(position)::text as position from projecting.checkpoints');
  return BigInt(rows[0].position);
};
const rebuilt = async () => {
  await world.admin.rebuild(['tally'], 'ops');
  await until(async () => (await world.admin.rebuildOf('tally')).state !== 'running');
  return (await world.admin.rebuildOf('tally')).state;
};
const verified = () => new ProjectionVerifier({ ...world.readModelOptions, eventStore: store }).verify(['tally']);
const accountsWith = async () => {
  const account = await world.open('t1', 'Ann');
  return async (amount: number) => world.deposit('t1', account, amount);
};

describe.each(['nats', 'store'] as const)(
  'with events of others before, between and after ours, by way of %s',
  (way) => {
    it('read models are as without them: live, after a restart, rebuilt and verified', async () => {
      await others(100);
      const channel = way === 'nats' ? world.channel() : undefined;
      const options = { eventStore: store, channel };
      const relay = channel && world.relay(channel);
      let projector = await world.project(options);
      await until(() => projector.path === way && (!relay || relay.relaying.progress !== undefined));
      const deposit = await accountsWith();
      await world.reached(await deposit(1));
      await others(100);
      await world.reached(await deposit(2));
      await others(100);
      await projector.stop();
      await world.reached(
        await deposit(4).then(async (position) => {
          projector = await world.project(options);
          return position;
        }),
      );
      await others(100);
      expect(await rebuilt()).toBe('done');
      await world.reached(await deposit(8));
      await expectRowsOfHistory(world);
      expect(await verified()).toMatchObject([{ equal: true, obstacle: null }]);
      if (way === 'nats') await until(() => projector.path === 'nats');
      const failures = world.log.filter(({ facts }) => 'failure' in facts);
      expect(failures).toEqual([]);
    });
  },
);

it('events of others are read once: checkpoints and the reader move over them', async () => {
  const first = await world.project({ eventStore: store });
  await world.reached(await (await accountsWith())(1));
  await first.stop();
  await others(300);
  const second = await world.project({ eventStore: store });
  const head = await store.head();
  await until(async () => (await checkpoint()) >= head);
  await second.stop();
  const [read, followed] = [jest.spyOn(store, 'readAll'), jest.spyOn(store, 'subscribeToAll')];
  await world.project({ eventStore: store });
  await until(() => followed.mock.calls.length > 0);
  const beginnings = [...read.mock.calls, ...followed.mock.calls].map(([options]) => options?.after ?? 0n);
  expect(beginnings.filter((after) => typeof after !== 'bigint' || after < head)).toEqual([]);
});

it('a way that brings nothing while others alone write is not taken for silent', async () => {
  const channel = world.channel();
  const { relaying } = world.relay(channel);
  const projector = await world.project({ eventStore: store, channel });
  await until(() => projector.path === 'nats' && relaying.progress !== undefined);
  const paths = () => world.log.filter(({ facts }) => 'path' in facts).length;
  const before = paths();
  const looked = jest.spyOn(store, 'head');
  await others(20);
  await until(() => looked.mock.calls.length > 3);
  await others(20);
  await until(() => looked.mock.calls.length > 7);
  expect([projector.path, paths()]).toEqual(['nats', before]);
});

describe('an event that says it is ours, and is not', () => {
  const put = async (stream: string, metadata: object, type = 'Deposited') =>
    client.appendToStream(stream, jsonEvent({ type, data: { amount: 1_000 }, metadata }));
  const quarantined = async () => (await world.admin.get('tally')).quarantined;

  it.each(['nats', 'store'] as const)('stops its tenant alone, by way of %s', async (way) => {
    const channel = way === 'nats' ? world.channel() : undefined;
    const relay = channel && world.relay(channel);
    const projector = await world.project({ eventStore: store, channel });
    await until(() => projector.path === way && (!relay || relay.relaying.progress !== undefined));
    const spared = await world.open('t2', 'Fay');
    await world.open('t1', 'Eve');
    const { hash: _, ...metadata } = ((await world.everything()).at(-1) as StoredEvent).metadata;
    await put(`account-${newUuid()}`, metadata);
    await world.reached(await world.deposit('t2', spared, 6), 't2');
    expect(await quarantined()).toMatchObject([{ tenant: 't1', failure: { error: expect.stringContaining('hash') } }]);
    await world.admin.skip('tally', { reason: 'not ours', by: 'ops' });
    await until(async () => (await quarantined()).length === 0);
    expect(await rebuilt()).toBe('done');
    expect(await world.readModels.query('select balance from read.accounts order by balance')).toEqual([
      { balance: 0 },
      { balance: 6 },
    ]);
  });

  it('of which no tenant can be told stops nobody, and is shown by its stream', async () => {
    await world.project({ eventStore: store });
    const account = await world.open('t1', 'Eve');
    const stream = `account-${newUuid()}`;
    await put(stream, { commandId: newUuid(), schemaVersion: 1, prevHash: null });
    await world.reached(await world.deposit('t1', account, 6));
    expect(await quarantined()).toMatchObject([{ tenant: stream, failure: { type: 'Deposited' } }]);
  });
});

it('messages in NATS that are not of our relay are passed over, and the last of ours counts', async () => {
  let refused = 0;
  const channel = world.channel(world.servers.natsUrl, (count) => {
    refused = count;
  });
  const first = world.relay(channel);
  const projector = await world.project({ eventStore: store, channel });
  await until(() => projector.path === 'nats' && first.relaying.progress !== undefined);
  const deposit = await accountsWith();
  const last = await deposit(1);
  await world.reached(last);
  await first.stop();

  const connection = await connect({ servers: world.servers.natsUrl });
  const subject = `${world.servers.jetStream.toLowerCase()}.0.account.Deposited`;
  const about = (value: string) => {
    const said = headers();
    for (const name of ['Event-Position', 'Event-Previous-Position', 'Event-Mac']) said.set(name, value);
    return said;
  };
  for (let i = 0; i < 300; i++) {
    await connection.jetstream().publish(subject, 'theirs');
    await connection.jetstream().publish(subject, randomBytes(20), { headers: about('abc') });
  }
  await connection.close();
  expect((await channel.last()).position).toBe(last);
  await until(() => refused >= 600);

  const missed = await deposit(2);
  const publish = jest.spyOn(channel, 'publish');
  const second = world.relay(channel);
  await until(() => second.relaying.progress?.position === missed);
  expect(publish.mock.calls.flatMap(([events]) => events.map(({ position }) => position))).toEqual([missed]);
  await world.reached(await deposit(4));
  // Without a relay for a while, the reader may have gone to the store.
  await until(() => projector.path === 'nats');
  await expectRowsOfHistory(world);
});
