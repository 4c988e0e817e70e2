import { remembered } from './remembered';

it('is computed once, until there is no room for more', () => {
  const asked: number[] = [];
  const half = remembered((n: number) => {
    asked.push(n);
    return n / 2;
  }, 2);
  expect([4, 4, 6, 4, 6].map(half)).toEqual([2, 2, 3, 2, 3]);
  expect(asked).toEqual([4, 6]);
  expect([8, 4].map(half)).toEqual([4, 2]);
  expect(asked).toEqual([4, 6, 8, 4]);
});

it('keeps nothing of what fails', () => {
  let times = 0;
  const failing = remembered((key: string): string => {
    times++;
    throw new Error(key);
  }, 2);
  expect(() => failing('a')).toThrow('a');
  expect(() => failing('a')).toThrow('a');
  expect(times).toBe(2);
});
