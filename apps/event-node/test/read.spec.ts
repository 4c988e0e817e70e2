import { jsonEvent, StreamNotFoundError } from '@eventstore/db-client';
import { collect, happened, numberOf, numbers, type Peer, startPeer } from './support';

const COUNT = 600;
let peer: Peer;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

beforeAll(async () => {
  peer = await startPeer();
  await peer.client.appendToStream(
    'long',
    range(0, COUNT).map((n) => happened(n)),
  );
});
afterAll(() => peer.close());

const READS = [
  ['forwards from the start', {}, range(0, COUNT)],
  ['forwards from a revision, included', { fromRevision: 590n }, range(590, COUNT)],
  ['forwards, a number of events', { fromRevision: 10n, maxCount: 300 }, range(10, 310)],
  ['forwards from the end', { fromRevision: 'end' }, []],
  ['forwards from behind the end', { fromRevision: 5000n }, []],
  ['backwards from the end', { direction: 'backwards', fromRevision: 'end' }, range(0, COUNT).reverse()],
  ['backwards from a revision, included', { direction: 'backwards', fromRevision: 2n }, [2, 1, 0]],
  ['backwards from behind the end', { direction: 'backwards', fromRevision: 5000n, maxCount: 1 }, [COUNT - 1]],
  ['backwards from the start', { direction: 'backwards', fromRevision: 'start' }, [0]],
] as const;

it.each(READS)('reads a stream %s', async (_name, options, expected) => {
  await expect(numbers(peer.client.readStream('long', options))).resolves.toEqual(expected);
});

it('reads streams whose names begin alike apart', async () => {
  for (const stream of ['a', 'a-b', 'a-b-c', 'b']) await peer.client.appendToStream(stream, happened(stream.length));
  await expect(numbers(peer.client.readStream('a-b'))).resolves.toEqual([3]);
  await expect(
    numbers(peer.client.readStream('a-b', { direction: 'backwards', fromRevision: 'end' })),
  ).resolves.toEqual([3]);
});

it('does not find a stream without events', async () => {
  await expect(numbers(peer.client.readStream('none'))).rejects.toBeInstanceOf(StreamNotFoundError);
});

describe('$all', () => {
  const positions = async () => (await collect(peer.client.readAll())).map(({ event }) => event!.position!);

  it('is in the order of positions, each event with its own', async () => {
    const commits = (await positions()).map(({ commit }) => commit);
    expect(commits).toEqual([...new Set(commits)].sort((a, b) => (a < b ? -1 : 1)));
    for (const { commit, prepare } of await positions()) expect(prepare).toBe(commit);
  });

  it('holds metadata too', async () => {
    await peer.client.setStreamMetadata('long', {});
    const all = await collect(peer.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }));
    expect(all[0]?.event).toMatchObject({ streamId: '$$long', type: '$metadata' });
  });

  it('forwards from a position includes it, backwards does not', async () => {
    const from = (await positions())[300]!;
    const forwards = await collect(peer.client.readAll({ fromPosition: from, maxCount: 2 }));
    expect(forwards.map(numberOf)).toEqual([300, 301]);
    const backwards = await collect(peer.client.readAll({ fromPosition: from, direction: 'backwards', maxCount: 2 }));
    expect(backwards.map(numberOf)).toEqual([299, 298]);
  });

  it('backwards is forwards, reversed', async () => {
    const backwards = await collect(peer.client.readAll({ direction: 'backwards', fromPosition: 'end' }));
    expect(backwards.map(({ event }) => event!.position!).reverse()).toEqual(await positions());
  });

  it('ends at the end', async () => {
    await expect(collect(peer.client.readAll({ fromPosition: 'end' }))).resolves.toEqual([]);
    await expect(collect(peer.client.readAll({ direction: 'backwards', fromPosition: 'start' }))).resolves.toEqual([]);
  });
});

it('goes on serving after a reader left in the middle', async () => {
  for (let i = 0; i < 20; i++) await collect(peer.client.readAll(), 1);
  await expect(numbers(peer.client.readStream('long', { maxCount: 1 }))).resolves.toEqual([0]);
});

it('refuses nobody for what slow readers have not taken yet', async () => {
  const large = range(0, 256).map((n) => jsonEvent({ type: 'Large', data: { n, text: 'x'.repeat(4_000) } }));
  await peer.client.appendToStream('large', large);
  const slow = range(0, 20).map(() => peer.client.readStream('large')[Symbol.asyncIterator]());
  for (const reader of slow) expect(numberOf((await reader.next()).value)).toBe(0);
  await expect(numbers(peer.client.readStream('long', { maxCount: 1 }))).resolves.toEqual([0]);
  for (const reader of slow) await reader.return?.();
});
