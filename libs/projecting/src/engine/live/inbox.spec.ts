import { Inbox } from './inbox';

test('whoever waits for room in a full inbox, or for something to take, goes on when it ends', async () => {
  const full = new Inbox<number>(1);
  const waiting = full.put(1);
  full.end();
  await waiting;
  expect(full.put(2)).toBeUndefined();
  expect(await full.take()).toEqual([1, 2]);

  const empty = new Inbox<number>(1);
  const taking = empty.take();
  empty.end();
  expect(await taking).toEqual([]);
});
