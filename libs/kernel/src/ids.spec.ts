import fc from 'fast-check';
import { v5 } from 'uuid';
import { deriveFrom, deriveUuid, isUuid, newUuid, uuid } from './ids';
import { rejection } from './specification';

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

  it('in any case are one id', () => {
    fc.assert(
      fc.property(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), fc.array(fc.boolean()), (id, upper) => {
        const spelt = [...id].map((letter, i) => (upper[i % (upper.length || 1)] ? letter.toUpperCase() : letter));
        expect(uuid(spelt.join(''))).toBe(id);
      }),
    );
  });

  it.each([
    ['nil', '00000000-0000-0000-0000-000000000000'],
    ['max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['of no version', '01900000-0000-0000-8000-000000000001'],
    ['of a version to come', '01900000-0000-9000-8000-000000000001'],
    ['of another variant', '01900000-0000-7000-c000-000000000001'],
    ['without hyphens', '01900000000070008000000000000001'],
    ['in braces', '{01900000-0000-7000-8000-000000000001}'],
    ['with more behind', '01900000-0000-7000-8000-000000000001\n'],
    ['no id at all', 'hanako'],
  ])('are refused: %s', (_, text) => {
    expect(isUuid(text)).toBe(false);
    expect(rejection(() => uuid(text))).toBe('id.malformed');
  });
});
