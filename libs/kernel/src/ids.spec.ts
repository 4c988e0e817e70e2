import { deriveFrom, deriveUuid, isUuid, newUuid } from './ids';

describe('ids', () => {
  it('are version 7 and sort by the time they were made', async () => {
    const ids = Array.from({ length: 1_000 }, newUuid);
    expect(new Set(ids).size).toBe(1_000);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => isUuid(id) && id[14] === '7')).toBe(true);
  });

  it('derived from the same parts are the same, and parts do not run together', () => {
    expect(deriveUuid('customer', 'a', 'b')).toBe(deriveUuid('customer', 'a', 'b'));
    expect(deriveUuid('a', 'bc')).not.toBe(deriveUuid('ab', 'c'));
    expect(isUuid(deriveUuid('a'))).toBe(true);
  });

  it('made by a command are the same for every repeat, valid, and keep the order of time', () => {
    const [first, second] = [newUuid(), newUuid()];
    expect(deriveFrom(first, 'booking')).toBe(deriveFrom(first, 'booking'));
    expect(deriveFrom(first, 'booking')).not.toBe(deriveFrom(first, 'payment'));
    expect(isUuid(deriveFrom(first, 'booking'))).toBe(true);
    expect(deriveFrom(first, 'booking').slice(0, 13)).toBe(first.slice(0, 13));
    expect(deriveFrom(first, 'booking')).not.toBe(deriveFrom(second, 'booking'));
    expect(isUuid(deriveFrom(deriveUuid('key'), 'booking'))).toBe(true);
  });
});
