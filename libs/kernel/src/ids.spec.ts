import fc from 'fast-check';
import { v5 } from 'uuid';
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

  it('derived are version 5 of the parts in our namespace', () => {
    const namespace = '6f0d6c1e-7a52-4c0b-9b57-51f5a8c7e2d4';
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, fc.nat(), (a, b, n) => deriveUuid(a, b, n) === v5([a, b, n].join('\u001f'), namespace)),
    );
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
