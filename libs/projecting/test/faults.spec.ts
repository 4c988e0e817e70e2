import { type AnyAggregate, EventCodec, PostgresSubjectKeys, systemContext } from '@yoyaku/eventing';
import { newUuid, plain } from '@yoyaku/kernel';
import { createPool } from '@yoyaku/postgres';
import type { AnyProjection } from '@yoyaku/projecting';
import { tcpProxy, until } from '@yoyaku/testing';
import { tally } from './tally';
import { expectRowsOfHistory, load } from './under-load';
import { createWorld, PARTITIONS, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const owners = async () =>
  (
    await world.pool.query<{ owner: string; shards: number }>(
      'select owner, count(*) as shards from projecting.checkpoints where owner is not null group by owner',
    )
  ).rows;

const ownedByAll = (workers: number) =>
  until(async () => {
    const rows = await owners();
    return rows.length === workers && rows.reduce((sum, { shards }) => sum + shards, 0) === PARTITIONS;
  });

test('workers share the partitions; one that leaves, and one that is cut off, are replaced', async () => {
  await world.project();
  const leaver = await world.project();
  const proxy = await tcpProxy(world.servers.databaseUrl);
  const pool = createPool(proxy.url);
  await world.project({ databaseUrl: proxy.url, pool });
  await ownedByAll(3);
  const stop = await load(world);

  await leaver.stop();
  await ownedByAll(2);
  const [before] = await owners();
  proxy.refuse();
  const cutAt = performance.now();
  await ownedByAll(1);
  expect(performance.now() - cutAt).toBeLessThan(10_000);
  expect(before).toBeDefined();
  await world.reached(await stop());
  await expectRowsOfHistory(world);
  proxy.mend();
  await ownedByAll(2);
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ben'), 1));
  await expectRowsOfHistory(world);
  await world.tidy();
  await pool.end();
  await proxy.close();
});

test('connections to PostgreSQL that break lose and repeat nothing', async () => {
  await world.project();
  const stop = await load(world);
  const isLive = async () => (await world.admin.get('tally')).partitions.every(({ state }) => state === 'live');
  const breaking = createPool(world.servers.databaseUrl, { max: 1 });
  for (let round = 0; round < 5; round++) {
    await breaking.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    // Who asks may itself be on a connection that breaks.
    await until(() => isLive().catch(() => false));
    await world.deposit('t1', await world.open('t1', 'Ben'), 1);
  }
  await breaking.end();
  await world.reached(await stop());
  await expectRowsOfHistory(world);
});

test('all that the engine made is dropped: it says so, and a new start builds it anew', async () => {
  let dropped = false;
  const projector = await world.project({
    onUnfit: () => {
      dropped = true;
    },
  });
  await world.reached(await world.deposit('t1', await world.open('t1', 'Ann'), 1));
  await world.pool.query('drop schema projecting cascade; drop schema read cascade; drop schema tally_g1 cascade');
  await until(() => dropped);
  await projector.stop();
  await world.project();
  await world.reached(await world.deposit('t2', await world.open('t2', 'Ben'), 1));
  await expectRowsOfHistory(world);
});

/** The connection that waits for a lock on that table. */
async function waiterFor(table: string): Promise<number> {
  const waiting = async () =>
    (
      await world.pool.query<{ pid: number }>(
        'select pid from pg_locks where not granted and relation = $1::regclass',
        [table],
      )
    ).rows[0]?.pid;
  await until(async () => (await waiting()) !== undefined);
  return (await waiting()) as number;
}

test('a stop while PostgreSQL refuses what is in hand does not pass over it', async () => {
  const projector = await world.project();
  const account = await world.open('t1', 'Ann');
  await world.reached(await world.deposit('t1', account, 1));
  const blocking = await world.pool.connect();
  await blocking.query('begin; lock table tally_g1.accounts in access exclusive mode');
  const position = await world.deposit('t1', account, 1);
  const writer = await waiterFor('tally_g1.accounts');
  const stopped = projector.stop();
  await world.pool.query('select pg_terminate_backend($1)', [writer]);
  await blocking.query('rollback');
  blocking.release();
  await stopped;
  await world.project();
  await world.reached(position);
  await expectRowsOfHistory(world);
});

test('while PostgreSQL only reads, projections wait; then they go on', async () => {
  await world.project();
  const account = await world.open('t1', 'Ann');
  await world.reached(await world.deposit('t1', account, 1));
  const database = new URL(world.servers.databaseUrl).pathname.slice(1);
  const begins = async (mode: 'on' | 'off') => {
    await world.pool.query(
      `begin; set transaction read write; alter database "${database}" set default_transaction_read_only = ${mode}; commit`,
    );
    await world.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  };
  await begins('on');
  const position = await world.deposit('t1', account, 1);
  await until(() => world.log.some(({ message }) => message.startsWith('Projections wait')));
  await begins('off');
  await world.reached(position);
  await expectRowsOfHistory(world);
  expect((await world.admin.get('tally')).state).toBe('live');
});

test('a row that answers to another key than was asked for stops the partition, and nothing is made of it', async () => {
  await world.project();
  const id = newUuid();
  const stream = id.toUpperCase();
  await world.reached(
    await world.append('t1', stream, { type: 'AccountOpened', data: { accountId: id, holder: null } }),
  );
  await world.tidy();
  await world.project();
  await world.deposit('t1', stream, 1);
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  expect((await world.admin.get('tally')).failure).toMatchObject({
    type: 'Deposited',
    error: expect.stringContaining('nobody asked for'),
  });
});

test('a mistake of ours is not waited for: what it concerns stops there, and all else goes on', async () => {
  const unsendable: AnyProjection = {
    ...tally,
    on: {
      ...tally.on,
      Deposited: (event, rows) => {
        tally.on.Deposited?.(event, rows as never);
        if (event.data.amount === 13) rows.accounts?.patch({ id: event.stream.slice(8) }, { balance: 13n });
      },
    },
  };
  await world.project({ projections: [unsendable] });
  const [ann, ben] = [await world.open('t1', 'Ann'), await world.open('t2', 'Ben')];
  await world.deposit('t1', ann, 13);
  await world.reached(await world.deposit('t2', ben, 1), 't2');
  await until(async () => (await world.admin.get('tally')).state === 'failed');
  expect((await world.admin.get('tally')).failure).toMatchObject({
    type: 'Deposited',
    error: expect.stringContaining('TypeError'),
  });
});

test('a process that was not given the new master key waits, and stops no tenant', async () => {
  const holders = { version: 1, pii: { of: 'customer', subject: 'accountId', fields: ['holder'] } };
  const account = {
    category: 'account',
    events: { AccountOpened: holders, Deposited: plain },
  } as unknown as AnyAggregate;
  const [old, next] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const codecOf = (key: Buffer, others: Buffer[] = []) =>
    new EventCodec([account], new PostgresSubjectKeys(world.pool, key, others));
  const left = await world.project({ codec: codecOf(old) });
  const rotated = codecOf(next, [old]);
  let position = 0n;
  for (const tenant of ['t1', 't2', 't3']) {
    const accountId = newUuid();
    const stream = `account-${accountId}`;
    const opened = { type: 'AccountOpened', data: { accountId, holder: 'Ann' } };
    const start = { revision: -1, hash: null };
    const events = await rotated.sealAll(stream, [opened], systemContext('spec'), tenant, start);
    position = await world.appendRaw(stream, events);
  }
  await until(() => left.lacksMasterKey);
  const { state, quarantined } = await world.admin.get('tally');
  expect({ state, quarantined }).toEqual({ state: 'live', quarantined: [] });
  await left.stop();
  expect(world.log.filter(({ message }) => message.includes('master key'))).toHaveLength(1);

  await world.project({ codec: rotated });
  await world.reached(position);
  expect(await world.readModels.query('select holder from read.accounts')).toEqual(
    ['Ann', 'Ann', 'Ann'].map((holder) => ({ holder })),
  );
});
