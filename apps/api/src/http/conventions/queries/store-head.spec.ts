import type { EventStoreDb } from '@yoyaku/eventing';
import { StoreHead } from './store-head';

test('a look at the store that takes long holds nobody up, and nobody looks beside it', async () => {
  const looking = Promise.withResolvers<bigint>();
  const look = jest.fn(() => looking.promise);
  const head = new StoreHead({ head: look } as unknown as EventStoreDb);
  const asked = [1n, 2n, 3n].map((position) => head.isBeyond(position));
  expect(await Promise.all(asked)).toEqual([false, false, false]);
  expect(look).toHaveBeenCalledTimes(1);
  const later = head.isBeyond(9n);
  looking.resolve(5n);
  look.mockResolvedValue(7n);
  expect(await later).toBe(true);
  expect(await head.isBeyond(7n)).toBe(false);
});
