import { EventStoreDb, type StoredEvent } from '@yoyaku/eventing';
import { runRebuild } from '@yoyaku/projecting';
import { startServers, testOfEventNode, until } from '@yoyaku/testing';
import { expectRowsOfHistory } from './under-load';
import { createWorld, type World } from './world';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.tidy();
  await world.end();
});

/** The store as a node of it shows it that is behind the others: reads end early, for as long as `end` says. */
function behind(end: { position: bigint | undefined }): EventStoreDb {
  const { store } = world;
  return Object.assign(Object.create(store), {
    async *readAll(options: Parameters<EventStoreDb['readAll']>[0]) {
      for await (const event of store.readAll(options)) {
        if (end.position !== undefined && event.position > end.position) return;
        yield event;
      }
    },
    head: () => store.head(),
  });
}

test('a gap that a read does not close is no end of it: nothing is passed over', async () => {
  const channel = world.channel();
  const account = await world.open('t1', 'Ann');
  const end = { position: await world.deposit('t1', account, 1) };
  const projector = await world.project({ channel, eventStore: behind(end) });
  await until(() => projector.path === 'nats');
  await world.reached(end.position);
  const { sequence } = await channel.last();
  const missed = await world.deposit('t1', account, 2);
  const last = await world.deposit('t1', account, 4);
  const event = (await world.everything()).at(-1) as StoredEvent;
  await channel.publish([event], { sequence, position: missed });
  await world.reached(last);
  await expectRowsOfHistory(world);
  expect(world.log.some(({ facts }) => 'err' in facts && String(facts.err).includes('known to go on'))).toBe(true);
});

test('who catches up from a node that is behind waits for it', async () => {
  const account = await world.open('t1', 'Ben');
  const end: { position: bigint | undefined } = { position: await world.deposit('t1', account, 1) };
  const last = await world.deposit('t1', account, 2);
  await world.project({ eventStore: behind(end) });
  await until(() => world.log.some(({ message }) => message.startsWith('Projections wait')));
  expect(await world.consistency().waitFor(['tally'], last, { timeoutMs: 300 })).toBe(false);
  end.position = undefined;
  await world.reached(last);
  await expectRowsOfHistory(world);
});

test('a rebuild from a node that is behind does not take the place of what has seen more', async () => {
  const account = await world.open('t1', 'Cho');
  const end: { position: bigint | undefined } = { position: await world.deposit('t1', account, 1) };
  const follower = behind(end);
  Object.assign(follower, { head: async () => end.position ?? (await world.store.head()) });
  const first = await world.project();
  const last = await world.deposit('t1', account, 2);
  await world.reached(last);
  await first.stop();
  const id = await world.admin.rebuild(['tally'], 'ops');
  const stopping = new AbortController();
  const rebuilding = runRebuild({ ...world.readModelOptions, eventStore: follower }, id, stopping.signal);
  await until(() => world.log.some(({ message }) => message === 'The rebuild waits'));
  expect((await world.admin.rebuildOf('tally')).state).toBe('running');
  end.position = undefined;
  await rebuilding;
  expect((await world.admin.rebuildOf('tally')).state).toBe('done');
  await world.project();
  await world.reached(last);
  await expectRowsOfHistory(world);
});

testOfEventNode()('a store that holds less than was read of it is not followed', async () => {
  const running = new Promise<Error>((resolve) => {
    void world.open('t1', 'Dan').then(async (account) => {
      const position = await world.deposit('t1', account, 1);
      let restored = false;
      const eventStore = Object.assign(Object.create(world.store), {
        head: async () => (restored ? position - 1n : world.store.head()),
      });
      await world.project({ eventStore, onUnfit: resolve });
      await world.reached(position);
      restored = true;
    });
  });
  expect((await running).message).toContain('older backup');

  const other = await startServers();
  const eventStore = new EventStoreDb(other.eventStoreUrl);
  await expect(world.project({ eventStore })).rejects.toThrow('older backup');
  await eventStore.close();
  await other.stop();
});
