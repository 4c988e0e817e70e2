import { newUuid } from '@yoyaku/kernel';
import { tally } from '../../../test/tally';
import type { EventSource } from '../running/event-source';
import { Runner, type RunnerOptions } from '../running/runner';
import { Shards } from './shards';

test('what was let go while it waited to catch up is not read for any more', async () => {
  const readFrom: bigint[] = [];
  const batches: EventSource['batches'] = async function* (after) {
    readFrom.push(after);
    yield { events: [], upTo: after };
  };
  const options = { owner: newUuid(), reads: '', onHandled: () => {} } as unknown as RunnerOptions;
  const shards = new Shards({
    projections: [tally],
    source: { batches } as EventSource,
    newRunner: () => new Runner(options),
    patiently: async (step) => {
      await new Promise(setImmediate);
      shards.keep([]);
      await step();
    },
    signal: new AbortController().signal,
    onJoined: () => {},
  });
  shards.keep([
    { projection: tally.name, generation: 1, partition: 0, position: 7n, skips: new Set(), quarantined: [] },
  ]);
  await shards.settled();
  expect(readFrom).toEqual([]);
});
