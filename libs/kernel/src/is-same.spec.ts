import { isSame } from './is-same';

describe('plain data', () => {
  it.each([
    [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: undefined }, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    [[], {}, false],
    [null, {}, false],
    [null, null, true],
    ['1', 1, false],
  ])('%j and %j say the same: %s', (a, b, same) => expect(isSame(a, b)).toBe(same));
});
