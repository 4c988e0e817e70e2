import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { EventStoreDBClient, Position, SubscribeToAllOptions } from '@eventstore/db-client';
import { GarbledAnswer } from '../src';
import { StoreSetBack } from '../src/store/errors';
import { StreamNames } from '../src/store/eventstoredb/stream-names';
import { subscribed } from '../src/store/eventstoredb/subscription';

/** The store has looked so far. */
type Looked = (position: bigint) => void;

/**
 * A client whose every subscription is what the next of these makes of a stream of events. Our events go up to 7; where
 * the store ends.
 */
function sourceOf(subscriptions: ((stream: PassThrough, looked: Looked) => void)[], ends = 7n) {
  const reported: string[] = [];
  const begunAt: unknown[] = [];
  const subscribeToAll = ({ fromPosition, filter }: SubscribeToAllOptions) => {
    const stream = Object.assign(new PassThrough({ objectMode: true }), { unsubscribe: async () => {} });
    const next = subscriptions[Math.min(begunAt.length, subscriptions.length - 1)];
    begunAt.push((fromPosition as Position).commit);
    const looked = (commit: bigint) => void filter?.checkpointReached?.(stream as never, { commit, prepare: commit });
    setImmediate(() => next?.(stream, looked));
    return stream;
  };
  return {
    reported,
    begunAt,
    subscriptions: () => begunAt.length,
    source: {
      names: new StreamNames(),
      onPassed: () => {},
      head: async () => 7n,
      reaches: async (position: bigint) => position <= ends,
      connection: () => ({
        client: { subscribeToAll } as unknown as EventStoreDBClient,
        lost: new AbortController().signal,
      }),
      report: (trouble: string) => reported.push(trouble),
    },
  };
}

const failing = (code: number) => (stream: EventEmitter) => {
  stream.emit('error', Object.assign(new Error('no'), { code }));
};
const giving =
  (...positions: bigint[]) =>
  (stream: PassThrough) => {
    for (const position of positions) stream.write({ position });
  };
const [UNAVAILABLE, INTERNAL] = [14, 13];

test('an event that cannot be read ends the subscription, and the error names its place', async () => {
  const { source, reported } = sourceOf([
    (stream) => {
      giving(5n)(stream);
      setImmediate(() => failing(INTERNAL)(stream));
    },
    failing(INTERNAL),
  ]);
  const seen: bigint[] = [];
  const reading = (async () => {
    const options = { after: 3n, signal: new AbortController().signal };
    for await (const { position } of subscribed(source, options)) seen.push(position);
  })();
  const error = await reading.catch((thrown) => thrown);
  expect(error).toBeInstanceOf(GarbledAnswer);
  expect(error).toMatchObject({ after: 5n, message: 'An event after position 5 cannot be read' });
  expect(seen).toEqual([5n]);
  expect(reported).toHaveLength(1);
});

test('a cause is reported once, however often it is met, and the end of the trouble with their number', async () => {
  const { source, reported } = sourceOf([failing(UNAVAILABLE), failing(UNAVAILABLE), failing(UNAVAILABLE), giving(4n)]);
  const ending = new AbortController();
  for await (const { position } of subscribed(source, { after: 3n, signal: ending.signal })) {
    expect(position).toBe(4n);
    ending.abort();
  }
  expect(reported).toEqual([
    'Lost the event store, which is followed; trying again',
    'Follows the event store again, after 3 failures',
  ]);
});

test('one that is silent although the store has more is taken for broken, and made anew', async () => {
  const { source, subscriptions } = sourceOf([() => {}, giving(7n)]);
  const ending = new AbortController();
  const began = performance.now();
  for await (const { position } of subscribed(source, { after: 3n, signal: ending.signal })) {
    expect(position).toBe(7n);
    ending.abort();
  }
  expect(subscriptions()).toBe(2);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('one that goes on beyond the end of the store ends, unless what stands there is not ours', async () => {
  const follow = async (ends: bigint, signal: AbortSignal) => {
    for await (const _ of subscribed(sourceOf([() => {}], ends).source, { after: 9n, signal }));
  };
  const { signal } = new AbortController();
  await expect(follow(8n, signal)).rejects.toBeInstanceOf(StoreSetBack);
  await expect(follow(9n, AbortSignal.timeout(1_500))).resolves.toBeUndefined();
});

describe('where others have put much before the next event of ours', () => {
  it('one that looks through it is not taken for broken', async () => {
    let looking: NodeJS.Timeout | undefined;
    const { source, subscriptions } = sourceOf([
      (stream, looked) => {
        looking = setInterval(looked, 500, 4n);
        setTimeout(() => giving(7n)(stream), 5_500);
      },
    ]);
    const ending = new AbortController();
    for await (const { position } of subscribed(source, { after: 3n, signal: ending.signal })) {
      expect(position).toBe(7n);
      ending.abort();
    }
    clearInterval(looking);
    expect(subscriptions()).toBe(1);
  });

  it('one that breaks is made anew where it had surely looked to, and what was found before that was given', async () => {
    const { source, begunAt } = sourceOf([
      (_, looked) => {
        looked(5n);
        looked(6n);
      },
      (stream, looked) => {
        giving(6n)(stream);
        for (const position of [6n, 9n, 9n, 10n]) looked(position);
      },
    ]);
    const ending = new AbortController();
    const passed: bigint[] = [];
    const failed = new AbortController();
    const connection = source.connection();
    const breaking = {
      ...source,
      connection: () => ({ ...connection, lost: begunAt.length ? connection.lost : failed.signal }),
    };
    const onPassed = (position: bigint) => {
      passed.push(position);
      if (begunAt.length === 1) failed.abort(new Error('lost'));
      else ending.abort();
    };
    for await (const { position } of subscribed(breaking, { after: 3n, signal: ending.signal, onPassed })) {
      expect(position).toBe(6n);
      expect(passed).toEqual([5n]);
    }
    expect(passed).toEqual([5n, 9n]);
    expect(begunAt).toEqual([3n, 5n]);
  });
});
