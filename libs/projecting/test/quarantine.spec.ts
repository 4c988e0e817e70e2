import { PLATFORM } from '@yoyaku/kernel';
import { Pipeline } from '@yoyaku/postgres';
import { type AnyProjection, runRebuild } from '@yoyaku/projecting';
import { until } from '@yoyaku/testing';
import { spell, tally } from './tally';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld([tally], { partitions: 1 });
  spell.broken = false;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await world.tidy();
  await world.end();
});

const status = () => world.admin.get('tally');
const balanceOf = async (id: string) =>
  (await world.readModels.find<{ balance: number }>('select balance from read.accounts where id = $1', [id]))?.balance;
const rows = async () => ({
  accounts: await world.readModels.query('select * from read.accounts order by id'),
  holders: await world.readModels.query('select * from read.account_holders order by tenant_id, holder'),
});
const curse = (tenant: string, accountId: string) =>
  world.append(tenant, accountId, { type: 'AccountCursed', data: { accountId } });
const quarantined = async (count = 1) => {
  await until(async () => (await status()).quarantined.filter(({ failure }) => failure).length === count);
  return (await status()).quarantined;
};
const allWell = () =>
  until(async () => {
    const { state, quarantined } = await status();
    return state === 'live' && quarantined.length === 0;
  });
/** What a fold of everything, by a projection that nothing stops, comes to. */
const expectAllEvents = async () => expect(await world.verifier.verify(['tally'])).toMatchObject([{ equal: true }]);

test('a poison event stops its tenant, and not the neighbours in the partition', async () => {
  await world.project();
  const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
  await world.deposit('t1', cursed, 1);
  await curse('t1', cursed);
  await world.deposit('t1', cursed, 5);
  await world.reached(await world.deposit('t2', spared, 6), 't2');
  expect([await balanceOf(cursed), await balanceOf(spared)]).toEqual([1, 6]);
  expect(await status()).toMatchObject({
    state: 'failed',
    failure: { type: 'AccountCursed' },
    partitions: [{ state: 'live', failure: null }],
    quarantined: [
      { tenant: 't1', partition: 0, state: 'failed', failure: { error: 'Error: cursed', stream: `account-${cursed}` } },
    ],
  });
});

test('of the platform’s own events only the stream stops', async () => {
  await world.project();
  const [cursed, spared] = [await world.open(PLATFORM, 'Eve'), await world.open(PLATFORM, 'Fay')];
  await curse(PLATFORM, cursed);
  await world.reached(await world.deposit(PLATFORM, spared, 6));
  expect(await balanceOf(spared)).toBe(6);
  expect(await quarantined()).toMatchObject([{ tenant: `account-${cursed}` }]);
});

test('one that is resumed catches up while its neighbours go on, and is then as any other', async () => {
  const first = await world.project();
  const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
  await curse('t1', cursed);
  for (let i = 0; i < 30; i++) {
    await world.deposit('t1', cursed, 1);
    await world.deposit('t2', spared, 1);
  }
  await quarantined();
  // Another process takes over, and leaves it out too.
  await first.stop();
  await world.project();
  await world.reached(await world.deposit('t2', spared, 1), 't2');
  expect(await balanceOf(cursed)).toBe(0);

  await world.admin.resume('tally', { tenant: 't1' });
  await until(async () => world.log.filter(({ message }) => message === 'A tenant stopped').length === 2);
  expect(await quarantined()).toMatchObject([{ tenant: 't1', failure: { type: 'AccountCursed' } }]);

  spell.broken = true;
  let stopped = false;
  const writing = (async () => {
    while (!stopped) await world.deposit('t2', spared, 1);
  })();
  await world.admin.resume('tally', { tenant: 't1' });
  await allWell();
  stopped = true;
  await writing;
  await world.deposit('t1', cursed, 7);
  await world.reached(await world.deposit('t2', spared, 1));
  expect(await balanceOf(cursed)).toBe(37);
  await expectAllEvents();
});

test('several tenants stop in one batch, and each goes on by itself', async () => {
  const accounts = await Promise.all(['t1', 't2', 't3'].map((tenant) => world.open(tenant, 'Ann')));
  const [one, two, three] = accounts as [string, string, string];
  await curse('t1', one);
  await curse('t2', two);
  await world.deposit('t1', one, 1);
  await world.deposit('t3', three, 2 ** 40);
  await world.deposit('t2', two, 2);
  await world.project();
  expect(await quarantined(3)).toHaveLength(3);
  const stopped = (await quarantined(3)).find(({ tenant }) => tenant === 't2');
  await world.admin.skip('tally', { reason: 'harmless', by: 'ops', eventId: stopped?.failure?.eventId });
  await until(async () => (await balanceOf(two)) === 2);
  await world.admin.skip('tally', { reason: 'too much', by: 'ops', tenant: 't3' });
  spell.broken = true;
  await world.admin.resume('tally');
  await allWell();
  await world.reached(await world.deposit('t3', three, 3));
  expect([await balanceOf(one), await balanceOf(two), await balanceOf(three)]).toEqual([1, 2, 3]);
});

describe('a rebuild', () => {
  const rebuilt = async () => {
    await world.admin.rebuild(['tally'], 'ops');
    await until(async () => (await world.admin.rebuildOf('tally')).state !== 'running');
    return world.admin.rebuildOf('tally');
  };

  test('leaves out who is poisoned, and keeps them out after the swap', async () => {
    await world.project();
    const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
    await world.deposit('t1', cursed, 1);
    await curse('t1', cursed);
    await world.deposit('t1', cursed, 5);
    await world.reached(await world.deposit('t2', spared, 6), 't2');
    await quarantined();
    const before = await rows();
    expect(await rebuilt()).toMatchObject({ state: 'done', failure: null });
    expect(await rows()).toEqual(before);
    expect(await quarantined()).toMatchObject([{ tenant: 't1', partition: 0, failure: { type: 'AccountCursed' } }]);
    await world.admin.skip('tally', { reason: 'harmless', by: 'ops', tenant: 't1' });
    await allWell();
    expect(await balanceOf(cursed)).toBe(6);
    await expectAllEvents();
  });

  test('tries the event anew: a version that can apply it has no quarantine', async () => {
    const first = await world.project();
    const cursed = await world.open('t1', 'Eve');
    await curse('t1', cursed);
    await world.deposit('t1', cursed, 5);
    await quarantined();
    await first.stop();
    const mended: AnyProjection = { ...tally, version: 2, on: { ...tally.on, AccountCursed: () => {} } };
    await world.project({ projections: [mended] });
    await until(async () => (await status()).version === 2);
    expect(await status()).toMatchObject({ state: 'live', quarantined: [] });
    expect(await balanceOf(cursed)).toBe(5);
  });

  test('that leaves out many more than live fails: it is not the events that are to blame', async () => {
    spell.broken = true;
    await world.project();
    let position = 0n;
    for (let i = 0; i < 12; i++) position = await curse(`t${i}`, await world.open(`t${i}`, 'Ann'));
    await world.reached(position);
    spell.broken = false;
    expect(await rebuilt()).toMatchObject({ state: 'failed', failure: { type: 'AccountCursed' } });
    expect(await status()).toMatchObject({ state: 'live', quarantined: [] });
  });

  test('goes on where one that died was, with those left out that this one left out', async () => {
    const first = await world.project();
    const accounts = await Promise.all(['t1', 't2'].map((tenant) => world.open(tenant, 'Ann')));
    await curse('t1', accounts[0] as string);
    for (let i = 0; i < 100; i++)
      for (const [j, account] of accounts.entries()) await world.deposit(`t${j + 1}`, account, 1);
    await quarantined();
    await first.stop();
    const id = await world.admin.rebuild(['tally'], 'ops');
    const { pool, codec, store: eventStore, servers } = world;
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const options = {
      projections: [tally],
      partitions: 1,
      databaseUrl: servers.databaseUrl,
      pool,
      eventStore,
      codec,
      log,
    };
    // Breaks off with the first look at the store's end that it has after filling.
    const dying = new AbortController();
    const head = async () => {
      dying.abort();
      return eventStore.head();
    };
    await runRebuild({ ...options, eventStore: Object.assign(Object.create(eventStore), { head }) }, id, dying.signal);
    await runRebuild(options, id, new AbortController().signal);
    expect(await world.admin.rebuildOf('tally')).toMatchObject({ state: 'done' });
    await world.project();
    expect(await quarantined()).toMatchObject([{ tenant: 't1' }]);
    expect(await balanceOf(accounts[1] as string)).toBe(100);
  });
});

test('skips hold for every version and in rebuilds, are listed, and can be withdrawn', async () => {
  await world.project();
  const account = await world.open('t1', 'Fay');
  await curse('t1', account);
  await quarantined();
  await world.admin.skip('tally', { reason: 'harmless', by: 'ops', tenant: 't1' });
  await allWell();
  const newer: AnyProjection = { ...tally, version: 2 };
  await world.project({ projections: [newer] });
  await until(async () => (await status()).version === 2);
  expect(await status()).toMatchObject({ state: 'live', quarantined: [] });
  const skips = await world.admin.skips('tally');
  expect(skips).toEqual([
    {
      failure: expect.objectContaining({ type: 'AccountCursed' }),
      reason: 'harmless',
      by: 'ops',
      at: expect.any(String),
    },
  ]);
  const eventId = skips[0]?.failure.eventId as string;
  await world.admin.withdrawSkip('tally', eventId);
  await expect(world.admin.withdrawSkip('tally', eventId)).rejects.toThrow('projection.not_skipped');
  await world.adminOf([newer]).rebuild(['tally'], 'ops');
  expect(await quarantined()).toMatchObject([{ tenant: 't1' }]);
});

/** Cursed accounts keep their handler busy for so long, in milliseconds. */
const busyFor = (ms: number): AnyProjection => ({
  ...tally,
  on: {
    ...tally.on,
    AccountCursed: () => {
      for (const began = performance.now(); performance.now() - began < ms; );
    },
  },
});

test('handlers that never end are ended by who catches up; their tenants stop, all others go on within seconds', async () => {
  const spared = await world.open('t3', 'Fay');
  const cursed = [await world.open('t1', 'Eve'), await world.open('t2', 'Sue')] as const;
  await (await world.project()).stop();
  await curse('t1', cursed[0]);
  await curse('t2', cursed[1]);
  await world.project({ projections: [busyFor(Number.POSITIVE_INFINITY)] });
  const since = performance.now();
  await world.reached(await world.deposit('t3', spared, 6), 't3');
  expect(performance.now() - since).toBeLessThan(30_000);
  expect(await balanceOf(spared)).toBe(6);
  const error = expect.stringContaining('not ended');
  expect(await quarantined(2)).toMatchObject([
    { tenant: 't1', failure: { error } },
    { tenant: 't2', failure: { error } },
  ]);
});

test('a slow handler that follows live has a limit from the second time on', async () => {
  await world.project({ projections: [busyFor(2_500)] });
  const cursed = await world.open('t1', 'Eve');
  await world.reached(await curse('t1', cursed), 't1');
  expect((await status()).quarantined).toEqual([]);
  await curse('t1', cursed);
  expect(await quarantined()).toMatchObject([
    { tenant: 't1', failure: { error: expect.stringContaining('not ended') } },
  ]);
});

describe('a tenant that has caught up', () => {
  const noneLeftOut = () => until(async () => (await status()).quarantined.length === 0);
  const begin = async () => {
    await world.project();
    const [cursed, spared] = [await world.open('t1', 'Eve'), await world.open('t2', 'Fay')];
    await curse('t1', cursed);
    await world.reached(await world.deposit('t2', spared, 6), 't2');
    await quarantined();
    // Both stand at the same position, to which a move changes nothing.
    const [end] = (await world.everything()).slice(-1);
    await until(async () => (await status()).partitions[0]?.position === `${end?.position}`);
    spell.broken = true;
    return { cursed, spared };
  };

  test('is not left out for ever when the answer to its return is lost', async () => {
    const { cursed } = await begin();
    const original = Pipeline.prototype.transaction;
    let lost = 0;
    jest.spyOn(Pipeline.prototype, 'transaction').mockImplementation(async function (this: Pipeline, statements) {
      await original.call(this, statements);
      const returns = statements.some(({ values }) => String(values?.[0]).includes('"to":null'));
      if (!returns || lost > 0) return;
      lost += 1;
      throw new Error('Connection terminated unexpectedly');
    });
    await world.admin.resume('tally', { tenant: 't1' });
    await noneLeftOut();
    await world.reached(await world.deposit('t1', cursed, 100), 't1');
    expect(lost).toBe(1);
    expect(await balanceOf(cursed)).toBe(100);
    await expectAllEvents();
  });

  test('is run once when PostgreSQL crashed and lost its return', async () => {
    const { cursed, spared } = await begin();
    await world.admin.resume('tally', { tenant: 't1' });
    await noneLeftOut();
    await world.pool.query(
      `insert into projecting.quarantined
       select projection, generation, partition, 't1', position, null from projecting.checkpoints`,
    );
    await world.reached(await world.deposit('t1', cursed, 100));
    await noneLeftOut();
    spell.broken = false;
    await curse('t1', cursed);
    expect(await quarantined()).toMatchObject([{ tenant: 't1' }]);
    await world.reached(await world.deposit('t2', spared, 50), 't2');
    expect([await balanceOf(cursed), await balanceOf(spared)]).toEqual([100, 56]);
  });
});
