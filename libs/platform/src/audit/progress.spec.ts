import { BEGINNING } from './history-mark';
import { progressMeter } from './progress';

describe('progress of a verification', () => {
  it('tells from positions how many events there are, and from the time taken how long it will be', () => {
    const from = { ...BEGINNING, position: 1_000n, events: 50 };
    const measure = progressMeter(from, 3_000n);
    const half = measure({ ...from, position: 2_000n, events: 150 });
    expect(half).toMatchObject({ processed: 100, total: 200 });
    expect(half.secondsLeft).toBe(Math.ceil(100 / half.eventsPerSecond));
    expect(measure({ ...from, position: 3_000n, events: 240 })).toMatchObject({
      processed: 190,
      total: 190,
      secondsLeft: 0,
    });
    // Appended since it began.
    expect(measure({ ...from, position: 3_500n, events: 250 })).toMatchObject({ processed: 200, total: 200 });
  });
});
