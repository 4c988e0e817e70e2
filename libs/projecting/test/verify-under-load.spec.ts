import { defineProjection, defineTable, ProjectionVerifier, uuid } from '@yoyaku/projecting';
import { type AccountEvent, tally } from './tally';
import { load } from './under-load';
import { createWorld, PARTITIONS, type World } from './world';

const DEPOSIT = { type: 'Deposited', data: { amount: 1 } } as const;

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.tidy();
  await world.end();
});

/** Nothing of what happens with accounts later concerns it. */
const openings = defineProjection<AccountEvent>()({
  name: 'openings',
  version: 1,
  tables: { openings: defineTable('openings', { columns: { id: uuid }, key: ['id'] }) },
  ignored: ['Deposited', 'AccountClosed', 'AccountCursed'],
  on: { AccountOpened: ({ data }, { openings }) => openings.put({ id: data.accountId }) },
});

test('read models that most events do not concern are compared too while events come in', async () => {
  const projections = [tally, openings];
  await world.project({ projections });
  const { servers, pool, store: eventStore, codec } = world;
  const { databaseUrl } = servers;
  const verifier = new ProjectionVerifier({
    projections,
    partitions: PARTITIONS,
    databaseUrl,
    pool,
    eventStore,
    codec,
  });
  const stop = await load(world);
  const account = await world.open('t1', 'Ann');
  // More than a batch of them: by its end, openings are long since where they stay.
  for (let i = 0; i < 13; i++) await world.append('t1', account, ...Array(500).fill(DEPOSIT));
  const verified = await verifier.verify(['openings', 'tally']);
  expect(verified).toEqual([
    expect.objectContaining({ name: 'openings', equal: true, obstacle: null }),
    expect.objectContaining({ name: 'tally', equal: true, obstacle: null }),
  ]);
  await world.reached(await stop());
});
