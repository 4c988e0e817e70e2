import { type AnyAggregate, EventCodec, systemContext } from '@yoyaku/eventing';
import { type Message, newUuid, plain, type Unbranded } from '@yoyaku/kernel';
import {
  defineAggregateTable,
  definePartTable,
  defineProjection,
  defineRevisionTable,
  isReadModelMissing,
  nullable,
  runProjection,
  text,
  uuid,
} from '@yoyaku/projecting';
import { fixedKeys, until } from '@yoyaku/testing';
import type { AccountEvent } from './tally';
import { createWorld, type World } from './world';

const accounts = defineAggregateTable('accounts', { of: 'account', columns: { id: uuid, holder: nullable(text) } });
const curses = definePartTable('curses', { columns: { accountId: uuid }, key: ['accountId'] });
const revisions = defineRevisionTable('account_revisions', 'account');

/** Names neither deposits nor what a newer build has. */
const register = defineProjection<AccountEvent>()({
  name: 'register',
  version: 1,
  tables: { accounts, curses, revisions },
  ignored: ['Deposited'],
  on: {
    AccountOpened: ({ data: { accountId: id, holder } }, rows) => rows.accounts.put({ id, holder }),
    AccountClosed: ({ data: { accountId: id } }, rows) => rows.accounts.delete({ id }),
    AccountCursed: ({ data: { accountId }, tenantId }, rows) => {
      if (tenantId === 'cursed') throw new Error('cursed');
      if (rows.curses.get({ accountId })) rows.curses.patch({ accountId }, {});
      else rows.curses.put({ accountId });
    },
  },
});

const opened = (accountId: string): Unbranded<AccountEvent> => ({
  type: 'AccountOpened',
  data: { accountId, holder: 'Ann' },
});
const cursed = (accountId: string): Unbranded<AccountEvent> => ({ type: 'AccountCursed', data: { accountId } });
const closed = (accountId: string): Unbranded<AccountEvent> => ({ type: 'AccountClosed', data: { accountId } });
const deposited: AccountEvent = { type: 'Deposited', data: { amount: 1 } };

describe('the columns that the engine keeps', () => {
  const id = newUuid();
  const stream = `account-${id}`;
  const times = (...hours: readonly number[]) => hours.map((hour) => `2026-04-01T0${hour}:00:00Z` as const);
  const [one, two, three] = times(1, 2, 3) as [string, string, string];
  const story = (...events: readonly Unbranded<AccountEvent>[]) =>
    events.map((event, revision) => ({ ...event, stream, revision, at: [one, two, three][revision] as string }));

  test('a row is as of every event of its stream', () => {
    expect(runProjection(register, story(opened(id), deposited, deposited)).accounts).toEqual([
      { id, holder: 'Ann', revision: 2, createdAt: one, updatedAt: three },
    ]);
  });

  test('a part is as of the event that changed it last', () => {
    expect(runProjection(register, story(opened(id), cursed(id), deposited)).curses).toEqual([
      { accountId: id, createdAt: two, updatedAt: two },
    ]);
    expect(runProjection(register, story(cursed(id), opened(id), cursed(id))).curses).toEqual([
      { accountId: id, createdAt: one, updatedAt: three },
    ]);
  });

  test('a table of revisions has every stream', () => {
    expect(runProjection(register, story(deposited, deposited)).revisions).toEqual([{ id, revision: 1 }]);
  });

  test('a row that is put over another is as old as that; one that is made again is new', () => {
    const [again] = runProjection(register, story(opened(id), opened(id))).accounts;
    expect(again).toMatchObject({ revision: 1, createdAt: one, updatedAt: two });
    const [anew] = runProjection(register, story(opened(id), closed(id), opened(id))).accounts;
    expect(anew).toMatchObject({ revision: 2, createdAt: three });
  });

  test('no stream makes the row of another', () => {
    expect(() => runProjection(register, story(opened(newUuid())))).toThrow('AccountOpened');
  });
});

describe('over real servers', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld([register], { partitions: 4 });
  });
  afterEach(() => world.tidy());
  afterAll(() => world.end());

  const rowsOf = (id: string) =>
    world.readModels.query<{ revision: number; createdAt: string; updatedAt: string }>(
      'select revision, created_at, updated_at from read.accounts where id = $1',
      [id],
    );

  test('every event moves them, read once or over and over, live and rebuilt', async () => {
    await world.project();
    const ids = [newUuid(), newUuid()] as const;
    for (const id of ids) await world.append('t1', id, opened(id));
    let position = await world.deposit('t1', ids[0], 1);
    await world.reached(position, 't1');
    expect(await rowsOf(ids[0])).toMatchObject([{ revision: 1 }]);
    // Rows that this process does not remember.
    await world.tidy();
    await world.project();
    position = await world.append('t1', ids[0], deposited, cursed(ids[0]), deposited);
    await world.reached(position, 't1');
    const events = (await world.everything()).filter(({ stream }) => stream === `account-${ids[0]}`);
    expect(await rowsOf(ids[0])).toEqual([
      {
        revision: 4,
        createdAt: events[0]?.metadata.occurredAt,
        updatedAt: events[4]?.metadata.occurredAt,
      },
    ]);
    expect(await rowsOf(ids[1])).toMatchObject([{ revision: 0 }]);
    const [verified] = await world.verifier.verify(['register']);
    expect(verified).toMatchObject({ equal: true, tables: [{ rows: 2 }, { rows: 1 }, { rows: 2 }] });
  });

  test('an event that only a newer build can read moves them too, and holds up nobody', async () => {
    await world.project();
    const id = newUuid();
    await world.append('t2', id, opened(id));
    const events = { AccountFrozen: plain };
    const newer = new EventCodec([{ category: 'account', events } as unknown as AnyAggregate], fixedKeys());
    const frozen: Message = { type: 'AccountFrozen', data: {} };
    const head = { revision: 0, hash: (await world.everything()).at(-1)?.metadata.hash as string };
    const sealed = await newer.sealAll(`account-${id}`, [frozen], systemContext('spec'), 't2', head);
    await world.reached(await world.appendRaw(`account-${id}`, sealed), 't2');
    expect(await rowsOf(id)).toMatchObject([{ revision: 1 }]);
  });

  test('an event that an admin skips moves them too: who read the row before may change it', async () => {
    await world.project();
    const id = newUuid();
    await world.append('cursed', id, opened(id), cursed(id));
    await until(async () => (await world.admin.get('register')).quarantined.some(({ failure }) => failure));
    await world.admin.skip('register', { reason: 'harmless', by: 'ops', tenant: 'cursed' });
    await until(async () => (await rowsOf(id))[0]?.revision === 1);
    await until(async () => (await world.admin.get('register')).quarantined.length === 0);
  });

  test('a query for a column that the build before did not have is told that the read model is not there yet', async () => {
    await world.project();
    const asked = world.readModels.query('select holder, nickname from read.accounts');
    await expect(asked).rejects.toThrow('There is no read.accounts yet');
    expect(isReadModelMissing(await asked.catch((error) => error))).toBe(true);
  });

  test('a stream whose name ends in no id has no row, and does no harm', async () => {
    await world.project();
    await world.reached(await world.append('t3', 'nobody', deposited), 't3');
    await until(async () => (await world.admin.get('register')).quarantined.length === 0);
  });
});
