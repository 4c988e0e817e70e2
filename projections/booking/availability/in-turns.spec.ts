import { inTurns } from './in-turns';

/** Keeps the process busy for so many ms, and may pause after each. */
function* work(milliseconds: number): Generator<void, string> {
  for (let done = 0; done < milliseconds; done++) {
    const start = performance.now();
    while (performance.now() - start < 1);
    yield;
  }
  return 'done';
}

it('lets others have their turn while long work goes on', async () => {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  expect(await inTurns(work(100))).toBe('done');
  clearInterval(others);
  expect(turns).toBeGreaterThan(2);
});
