import type { AggregateStore, FollowListener, StoredEvent } from '@yoyaku/eventing';
import { RecentEvents } from './recent-events';

const recent = (): RecentEvents => {
  const found = new RecentEvents({ tell: (_: FollowListener) => {} } as AggregateStore);
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
  for (let position = 1; position <= 8_000; position++) events.onEvent(at(position));
  expect(events.after(3_999n)).toBeUndefined();
  expect(positions(events.after(4_000n))).toHaveLength(4_000);
  expect(positions(events.after(7_999n))).toEqual([8_000]);
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
