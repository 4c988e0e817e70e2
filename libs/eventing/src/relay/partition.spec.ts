import { partitionOf } from './partition';

test('a tenant has one partition, whatever the stream; the platform has one per stream', () => {
  const of = (tenantId: string, stream: string) => partitionOf({ tenantId, stream }, 8);
  expect(of('tenant-a', 'booking-1')).toBe(of('tenant-a', 'calendar-2'));
  const spread = new Set(Array.from({ length: 100 }, (_, i) => of('platform', `user-${i}`)));
  expect([...spread].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('never changes: checkpoints belong to partitions', () => {
  const hash = (tenantId: string) => partitionOf({ tenantId, stream: '' }, 2 ** 32);
  expect(hash('a')).toBe(0xe40c292c);
  expect(hash('foobar')).toBe(0xbf9cf968);
});
