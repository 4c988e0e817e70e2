import { WrongExpectedVersionError } from '@eventstore/db-client';
import fc from 'fast-check';
import { v5 } from 'uuid';
import { happened, numbers, type Peer, startPeer } from './support';

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;
interface Attempt {
  expected: Expected;
  events: number[];
}

/** EventStoreDB's rules in a few lines: what the stream holds after the append, or undefined when it is refused. */
function append(stored: readonly number[], { expected, events }: Attempt): number[] | undefined {
  const last = stored.length - 1;
  const at = typeof expected === 'bigint' ? Number(expected) : expected === 'no_stream' ? -1 : undefined;
  if (at === undefined) {
    if (expected === 'stream_exists' && last < 0) return undefined;
    const known = events.map((event) => stored.includes(event));
    if (!known[0]) return [...stored, ...events];
    return known.every(Boolean) ? [...stored] : undefined;
  }
  if (at === last) return [...stored, ...events];
  const repeats = events.every((event, i) => stored[at + 1 + i] === event);
  return at < last && repeats ? [...stored] : undefined;
}

const expected: fc.Arbitrary<Expected> = fc.oneof(
  fc.constantFrom('any' as const, 'no_stream' as const, 'stream_exists' as const),
  fc.bigInt({ min: 0n, max: 6n }),
);
const attempt: fc.Arbitrary<Attempt> = fc.record({
  expected,
  events: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
});

let streams = 0;

it('follows the model, whatever is appended in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 8 }), async (attempts) => {
      const stream = `model-${streams++}`;
      let stored: number[] = [];
      for (const { expected: expectedRevision, events } of attempts) {
        const proposed = events.map((n) => happened(n, v5(`${stream} ${n}`, v5.URL)));
        const accepted = await peer.client.appendToStream(stream, proposed, { expectedRevision }).then(
          () => true,
          (error: unknown) => {
            expect(error).toBeInstanceOf(WrongExpectedVersionError);
            return false;
          },
        );
        const next = append(stored, { expected: expectedRevision, events });
        expect(accepted).toBe(next !== undefined);
        stored = next ?? stored;
        if (stored.length > 0) await expect(numbers(peer.client.readStream(stream))).resolves.toEqual(stored);
      }
    }),
    { numRuns: 150 },
  );
});
