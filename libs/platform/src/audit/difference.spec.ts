import { differenceBetween } from './difference';

describe('the difference between two states', () => {
  it.each<[string, unknown, unknown, unknown]>([
    ['of the same', { a: [{ b: 1 }] }, { a: [{ b: 1 }] }, []],
    ['of nothing and null', { a: 1 }, { a: 1, b: null }, []],
    ['names the field', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ field: 'b', before: 2, after: 3 }]],
    ['knows what came', { a: 1 }, { a: 1, b: 3 }, [{ field: 'b', before: null, after: 3 }]],
    ['knows what went', { a: 1, b: 3 }, { a: 1 }, [{ field: 'b', before: 3, after: null }]],
    ['looks inside', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, [{ field: 'a.c', before: 2, after: 3 }]],
    ['of an object and none', { a: { b: 1 } }, { a: null }, [{ field: 'a', before: { b: 1 }, after: null }]],
    ['of lists is what went and came', { a: [1, 2, 3] }, { a: [1, 3, 4] }, [{ field: 'a', before: [2], after: [4] }]],
    [
      'of lists of things',
      { a: [{ b: 1 }] },
      { a: [{ b: 2 }, { b: 1 }] },
      [{ field: 'a', before: [], after: [{ b: 2 }] }],
    ],
    ['of lists in another order', { a: [1, 2] }, { a: [2, 1] }, [{ field: 'a', before: [1, 2], after: [2, 1] }]],
  ])('%s', (_, before, after, difference) => {
    expect(differenceBetween(before, after)).toEqual(difference);
  });
});
