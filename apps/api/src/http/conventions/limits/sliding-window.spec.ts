import { SlidingWindow } from './sliding-window';

const limit = { name: 'spec', hits: 10, seconds: 60 };
const START = 60_000 * 1000;
const at = (seconds: number) => START + seconds * 1000;
const windowOf = () => new SlidingWindow(limit, 1000);
const hits = (window: SlidingWindow, times: number, seconds: number) =>
  Array.from({ length: times }, () => window.hit(at(seconds))).filter(({ allowed }) => allowed).length;

describe('a sliding window', () => {
  it('admits as many hits as the limit', () => expect(hits(windowOf(), 20, 0)).toBe(10));

  it('tells how many remain and for how long', () =>
    expect(windowOf().hit(at(15))).toEqual({ allowed: true, remaining: 9, resetSeconds: 45 }));

  it('lets the window before fade out', () => {
    const window = windowOf();
    hits(window, 10, 59);
    expect(hits(window, 20, 60)).toBe(0);
    expect(hits(window, 20, 90)).toBe(5);
  });

  it('forgets after two windows', () => {
    const window = windowOf();
    hits(window, 10, 0);
    expect(window.isStale(at(119))).toBe(false);
    expect(window.isStale(at(120))).toBe(true);
    expect(hits(window, 20, 120)).toBe(10);
  });

  it('counts what other processes have seen', () => {
    const window = windowOf();
    hits(window, 3, 0);
    expect(window.takeUnshared(at(0))).toEqual({ window: 1000, hits: 3 });
    window.learn(1000, 9, 0);
    expect(hits(window, 20, 1)).toBe(1);
  });

  it('does not learn of a window that is over', () => {
    const window = windowOf();
    hits(window, 1, 60);
    window.learn(1000, 10, 0);
    expect(hits(window, 20, 60)).toBe(9);
  });
});
