import type { AggregateStore, AllOptions, EventStoreDb, FollowListener, StoredEvent } from '@yoyaku/eventing';
import { RecentEvents } from './recent-events';

const recent = (readAll?: EventStoreDb['readAll']): RecentEvents => {
  const found = new RecentEvents({ tell: (_: FollowListener) => {} } as AggregateStore, { readAll } as EventStoreDb);
  found.onModuleDestroy();
  return found;
};
const at = (position: number) => ({ position: BigInt(position) }) as StoredEvent;
const positions = (events: readonly StoredEvent[] | undefined) => events?.map(({ position }) => Number(position));

it('gives what was received behind a position, whether an event stands there or not', () => {
  const events = recent();
  expect(events.position).toBeUndefined();
  expect(events.after(5n)).toBeUndefined();
  events.onBegin(10n);
  for (const position of [12, 15, 20]) events.onEvent(at(position));
  expect(events.position).toBe(20n);
  expect(positions(events.after(10n))).toEqual([12, 15, 20]);
  expect(positions(events.after(12n))).toEqual([15, 20]);
  expect(positions(events.after(13n))).toEqual([15, 20]);
  expect(positions(events.after(20n))).toEqual([]);
  expect(positions(events.after(99n))).toEqual([]);
  expect(events.after(9n)).toBeUndefined();
});

it('keeps the last ones alone, and says when others were asked for', () => {
  const events = recent();
  events.onBegin(0n);
  for (let position = 1; position <= 10_000; position++) events.onEvent(at(position));
  expect(events.after(4_999n)).toBeUndefined();
  expect(positions(events.after(5_000n))).toHaveLength(5_000);
  expect(positions(events.after(9_999n))).toEqual([10_000]);
});

it('knows of a gap, and of a store that was set back', () => {
  const events = recent();
  events.onBegin(10n);
  events.onEvent(at(12));
  events.onBegin(30n);
  expect(events.after(12n)).toBeUndefined();
  expect(positions(events.after(30n))).toEqual([]);
  const { history } = events;
  events.onBegin(20n);
  expect(events.history).not.toBe(history);
});

it('wakes who waits, once for all that came together', async () => {
  const events = recent();
  events.onBegin(0n);
  const { signal } = new AbortController();
  const woken = events.change(signal);
  events.onEvent(at(1));
  events.onEvent(at(2));
  await woken;
  expect(positions(events.after(0n))).toEqual([1, 2]);
  await events.change(AbortSignal.abort());
});

describe('what was stored before', () => {
  /** So many events, at every second position. */
  const aStoreOf = (count: number) => {
    const reads: (AllOptions | undefined)[] = [];
    async function* readAll(options?: AllOptions) {
      reads.push(options);
      for (let i = count; i > Math.max(0, count - (options?.limit ?? count)); i--) yield at(2 * i);
    }
    return { reads, readAll };
  };

  it('is read once for all who ask, however often and how far behind they are', async () => {
    const { reads, readAll } = aStoreOf(20_000);
    const events = recent(readAll);
    events.onBegin(39_990n);
    const asked = Array.from({ length: 300 }, () => events.behind(0n));
    events.onEvent(at(39_992));
    expect(new Set(await Promise.all(asked))).toEqual(new Set([undefined]));
    for (let i = 0; i < 300; i++) expect(await events.behind(BigInt(i))).toBeUndefined();
    expect(positions(await events.behind(39_985n))).toEqual([39_986, 39_988, 39_990, 39_992]);
    expect(await events.behind(30_001n)).toBeUndefined();
    expect(positions(await events.behind(30_002n))?.[0]).toBe(30_004);
    expect(reads).toHaveLength(1);
  });

  it('is there from the beginning where it is little, and changes nothing of what was reached', async () => {
    const { readAll } = aStoreOf(3);
    const events = recent(readAll);
    events.onBegin(9n);
    expect(positions(await events.behind(0n))).toEqual([2, 4, 6]);
    expect(events.position).toBe(9n);
    expect(events.history).toBe(0);
  });

  it('is read again after a gap, even one that came while it was read, and when the store was away', async () => {
    const { reads, readAll } = aStoreOf(10);
    let isAway = true;
    const events = recent(async function* (options) {
      if (isAway) throw new Error('away');
      yield* readAll(options);
    });
    events.onBegin(10n);
    await expect(events.behind(4n)).rejects.toThrow('away');
    isAway = false;
    const asked = events.behind(4n);
    events.onBegin(16n);
    expect(positions(await asked)).toEqual([6, 8, 10, 12, 14, 16]);
    expect(reads).toHaveLength(2);
  });
});
