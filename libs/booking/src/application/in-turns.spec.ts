import { setImmediate } from 'node:timers/promises';
import { inTurns } from './in-turns';

/** In ms. It stands still but for the work that is done, so that a slice is the same work on every machine. */
let clock = 0;

beforeEach(() => jest.spyOn(performance, 'now').mockImplementation(() => clock));
afterEach(() => jest.restoreAllMocks());

/** Takes so many ms, and may pause after each, which it then tells. */
function* work(milliseconds: number, onPause = () => {}): Generator<void, string> {
  for (let done = 0; done < milliseconds; done++) {
    clock += 1;
    onPause();
    yield;
  }
  return 'done';
}

const codeOf = (running: Promise<string>) => running.catch(({ code }) => code);

it('lets others have their turn while long work goes on, however much', async () => {
  let turns = 0;
  let isOver = false;
  const all = Promise.all(Array.from({ length: 10 }, () => inTurns(work(50)))).finally(() => {
    isOver = true;
  });
  for (; !isOver; turns++) await setImmediate();
  expect(await all).toEqual(Array(10).fill('done'));
  // With a slice for each in every turn, these would be ten times fewer.
  expect(turns).toBeGreaterThan(40);
});

it('does not let short work wait for long work to end', async () => {
  const ended: string[] = [];
  const long = inTurns(work(100)).then(() => ended.push('long'));
  await setImmediate();
  await inTurns(work(1)).then(() => ended.push('short'));
  await long;
  expect(ended).toEqual(['short', 'long']);
});

it('refuses what is too much to wait for, and goes on with the rest', async () => {
  let isThere = true;
  const isWanted = () => isThere;
  const from = (i: number) => ({ caller: `caller ${i % 3}`, isWanted });
  const long = Array.from({ length: 25 }, (_, i) => codeOf(inTurns(work(10_000), from(i))));
  expect(await Promise.race(long)).toBe('availability.busy');
  isThere = false;
  await Promise.all(long);
  isThere = true;
  const many = await Promise.all(Array.from({ length: 201 }, (_, i) => codeOf(inTurns(work(0), from(i)))));
  expect(many.filter((result) => result === 'availability.busy')).toHaveLength(1);
});

it('gives one caller half of the room, and every other turn where there is another one', async () => {
  let isThere = true;
  let pauses = 0;
  const greedy = { caller: 'greedy', isWanted: () => isThere };
  const long = () =>
    work(10_000, () => {
      pauses += 1;
    });
  const all = Array.from({ length: 120 }, () => codeOf(inTurns(long(), greedy)));
  expect(await inTurns(work(50), { caller: 'modest' })).toBe('done');
  // Of some slices, each waited for one of the greedy, and for one of their work that is new: not for 120 of theirs.
  expect(pauses).toBeLessThan(1_000);
  isThere = false;
  const refused = (await Promise.all(all)).filter((result) => result === 'availability.busy');
  expect(refused.length).toBeGreaterThanOrEqual(20);
});

it('ends work that nobody waits for any more', async () => {
  let isThere = true;
  const left = codeOf(inTurns(work(10_000), { isWanted: () => isThere }));
  await setImmediate();
  isThere = false;
  expect(await left).toBe('availability.abandoned');
});

it('tells what the work throws, and goes on with other work', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it could pause
  const failing = (function* (): Generator<void, string> {
    throw Object.assign(new Error(), { code: 'failed' });
  })();
  expect(await Promise.all([codeOf(inTurns(failing)), inTurns(work(1))])).toEqual(['failed', 'done']);
});
