import { setTimeout as delay } from 'node:timers/promises';
import { partitionOf } from '@yoyaku/eventing';
import {
  type AnyProjection,
  defineProjection,
  defineTable,
  integer,
  text,
  type VerifyProgress,
} from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { type AccountEvent, spell, tally } from './tally';
import { createWorld, PARTITIONS, type World } from './world';

const days = defineTable('days', { columns: { day: text, movements: integer }, key: ['day'], owner: 'anyone' });

/** Of all tenants together. */
const movements = defineProjection<AccountEvent>()({
  name: 'movements',
  version: 1,
  tables: { days },
  ignored: ['AccountOpened', 'AccountClosed', 'AccountCursed'],
  on: {
    Deposited: ({ at }, { days }) => {
      const day = at.slice(0, 10);
      days.put({ day, movements: (days.get({ day })?.movements ?? 0) + 1 });
    },
  },
  global: true,
});

const projections: readonly AnyProjection[] = [tally, movements];

let world: World;
beforeEach(async () => {
  world = await createWorld(projections);
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

const verify = async (name: string) => {
  const [verified] = await world.verifier.verify([name]);
  if (!verified) throw new Error('nothing was verified');
  return verified;
};

const partition = (tenantId: string) => partitionOf({ tenantId, stream: '' }, PARTITIONS);

test('live rows are what a fresh fold gives, in one pass, also while events come in', async () => {
  await world.project();
  const tenants = ['t1', 't2', 't3'];
  const accounts = await Promise.all(tenants.map((tenant) => world.open(tenant, 'Ann')));
  let stopped = false;
  const writing = Promise.all(
    accounts.map(async (account, i) => {
      while (!stopped) {
        await world.deposit(`t${i + 1}`, account, 1);
        await delay(2);
      }
    }),
  );
  for (let round = 0; round < 3; round++) {
    const [ofTally, ofMovements] = await world.verifier.verify(['tally', 'movements']);
    expect(ofTally).toMatchObject({
      name: 'tally',
      equal: true,
      obstacle: null,
      tables: [
        { table: 'accounts', rows: 3, differences: [] },
        { table: 'account_holders', rows: 3, differences: [] },
      ],
    });
    for (const { partitions } of ofTally?.tables ?? []) {
      expect(partitions.map(({ partition }) => partition)).toEqual(tenants.map(partition).sort((a, b) => a - b));
    }
    expect(ofMovements).toMatchObject({ name: 'movements', equal: true, tables: [{ partitions: [{ partition: 0 }] }] });
  }
  stopped = true;
  await writing;
});

test('names the partitions and the rows that differ', async () => {
  await world.project();
  const [changed, lost] = [await world.open('t1', 'Ben'), await world.open('t2', 'Cho')];
  await world.open('t3', 'Dan');
  await world.reached(await world.deposit('t2', lost, 1));
  await world.pool.query('update read.accounts set balance = 7 where id = $1', [changed]);
  await world.pool.query('delete from read.accounts where id = $1', [lost]);
  await world.pool.query(`insert into read.account_holders values ('t9', 'nobody', 1)`);
  const { equal, tables } = await verify('tally');
  expect(equal).toBe(false);
  const [accounts, holders] = tables;
  expect(accounts?.differences).toEqual(
    [
      { key: `(${changed})`, live: expect.stringContaining(',7,'), rebuilt: expect.stringContaining(',0,') },
      { key: `(${lost})`, live: null, rebuilt: expect.stringContaining('Cho') },
    ].sort((a, b) => (a.key < b.key ? -1 : 1)),
  );
  expect(holders?.differences).toEqual([{ key: '(t9,nobody)', live: '(t9,nobody,1)', rebuilt: null }]);
  const ofPartition = new Map(accounts?.partitions.map((one) => [one.partition, one]));
  expect(ofPartition.get(partition('t1'))).toMatchObject({ equal: false, live: { rows: 1 }, rebuilt: { rows: 1 } });
  expect(ofPartition.get(partition('t2'))).toMatchObject({ equal: false, live: { rows: 0 }, rebuilt: { rows: 1 } });
  expect(ofPartition.get(partition('t3'))).toMatchObject({ equal: true, live: { rows: 1 }, rebuilt: { rows: 1 } });
  // Where no event accounts for a row, nobody's events do.
  expect(holders?.partitions.at(-1)).toMatchObject({ partition: null, equal: false, live: { rows: 1 } });
});

test('says how far it is', async () => {
  await world.project();
  const account = await world.open('t1', 'Eve');
  for (let amount = 1; amount < 10; amount++) await world.deposit('t1', account, amount);
  await world.reached(await world.deposit('t1', account, 10));
  const seen: VerifyProgress[] = [];
  await world.verifier.verify(['tally'], (progress) => seen.push(progress));
  expect(seen.at(-1)).toMatchObject({ processed: 11, total: 11, secondsLeft: 0 });
});

test('what cannot be compared says why, and keeps no other from it', async () => {
  await world.project();
  await expect(world.verifier.verify(['tally', 'nothing'])).rejects.toThrow('projection.not_found');
  await world.admin.pause('tally');
  expect(await world.verifier.verify(['tally', 'movements'])).toMatchObject([
    { name: 'tally', equal: false, position: null, obstacle: 'projection.not_live', tables: [] },
    { name: 'movements', equal: true, obstacle: null },
  ]);
  await world.admin.resume('tally');
  const account = await world.open('t1', 'Fay');
  spell.broken = true;
  await world.reached(await world.append('t1', account, { type: 'AccountCursed', data: { accountId: account } }));
  spell.broken = false;
  expect(await world.verifier.verify(['tally', 'movements'])).toMatchObject([
    { name: 'tally', obstacle: expect.stringMatching(/^AccountCursed .*revision 1\): Error: cursed$/) },
    { name: 'movements', equal: true },
  ]);
  const { rows } = await world.pool.query(`select nspname from pg_namespace where nspname like '%_g0'`);
  expect(rows).toEqual([]);
});

test('one verification at a time', async () => {
  await world.project();
  await world.reached(await world.open('t1', 'Gil').then((account) => world.deposit('t1', account, 1)));
  const first = world.verifier.verify(['tally']);
  const second = world.verifier.verify(['tally']);
  const results = await Promise.allSettled([first, second]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: 'projection.verifying' },
  });
});

test('who lost the lock ends, tells nothing, and leaves the tables to whoever has it now', async () => {
  await world.project();
  await world.reached(await world.open('t1', 'Hal').then((account) => world.deposit('t1', account, 1)));
  const blocking = await world.pool.connect();
  await blocking.query('begin; lock table tally_g1.accounts in access exclusive mode');
  const verifying = world.verifier.verify(['tally']).catch((error: Error) => error);
  const waits = `select from pg_locks where not granted and relation = 'tally_g1.accounts'::regclass`;
  await until(async () => (await world.pool.query(waits)).rowCount === 1);
  const { rows } = await world.pool.query(
    `select pg_terminate_backend(pid) as ended from pg_stat_activity
     where application_name = 'yoyaku yoyaku.verify' and datname = current_database()`,
  );
  expect(rows).toEqual([{ ended: true }]);
  await blocking.query('rollback');
  blocking.release();
  expect(await verifying).toMatchObject({ message: expect.stringContaining('was lost') });
  expect((await world.pool.query(`select from pg_namespace where nspname = 'tally_g0'`)).rowCount).toBe(1);
  expect(await verify('tally')).toMatchObject({ equal: true });
});
