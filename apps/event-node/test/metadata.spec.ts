import { randomUUID } from 'node:crypto';
import { jsonEvent, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import { collect, happened, numbers, type Peer, startPeer } from './support';

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

const fill = async (count: number) => {
  const stream = `room-${randomUUID()}`;
  await peer.client.appendToStream(
    stream,
    Array.from({ length: count }, (_, n) => happened(n)),
  );
  return stream;
};
const read = (stream: string) => numbers(peer.client.readStream(stream));
const readBackwards = (stream: string) =>
  numbers(peer.client.readStream(stream, { direction: 'backwards', fromRevision: 'end' }));

describe('stream metadata', () => {
  it('comes back as it was set, all of it', async () => {
    const stream = await fill(1);
    const metadata = {
      maxCount: 5,
      maxAge: 3600,
      truncateBefore: 0,
      cacheControl: 9,
      acl: { readRoles: ['ops'] },
      owner: 'me',
    };
    await peer.client.setStreamMetadata(stream, metadata);
    await expect(peer.client.getStreamMetadata(stream)).resolves.toMatchObject({ metadata });
  });

  it('keeps the last $maxCount events readable', async () => {
    const stream = await fill(5);
    await peer.client.setStreamMetadata(stream, { maxCount: 2 });
    await expect(read(stream)).resolves.toEqual([3, 4]);
    await expect(readBackwards(stream)).resolves.toEqual([4, 3]);
    await peer.client.appendToStream(stream, happened(5), { expectedRevision: 4n });
    await expect(read(stream)).resolves.toEqual([4, 5]);
  });

  it('hides what is before $tb', async () => {
    const stream = await fill(5);
    await peer.client.setStreamMetadata(stream, { truncateBefore: 3 });
    await expect(read(stream)).resolves.toEqual([3, 4]);
    await expect(readBackwards(stream)).resolves.toEqual([4, 3]);
  });

  it('hides what is older than $maxAge', async () => {
    const stream = await fill(2);
    await peer.client.setStreamMetadata(stream, { maxAge: 1 });
    const expired = async (): Promise<void> => {
      if ((await read(stream)).length > 0) await expired();
    };
    await expired();
    await peer.client.appendToStream(stream, happened(2), { expectedRevision: 1n });
    await expect(read(stream)).resolves.toEqual([2]);
  });

  it('still counts hidden events in expected revisions, and shows them in $all', async () => {
    const stream = await fill(3);
    await peer.client.setStreamMetadata(stream, { truncateBefore: 3 });
    await expect(read(stream)).resolves.toEqual([]);
    await expect(peer.client.appendToStream(stream, happened(9), { expectedRevision: 'no_stream' })).rejects.toThrow(
      WrongExpectedVersionError,
    );
    const all = await collect(peer.client.readAll());
    expect(all.filter(({ event }) => event?.streamId === stream)).toHaveLength(3);
  });

  it.each([
    ['takes what is valid of numbers out of range', { $maxCount: -1, $tb: 1 }, [1]],
    ['says nothing where something else stands for a number', { $maxCount: 'many', $tb: 1 }, [0, 1]],
    ['says nothing when it is a list', [], [0, 1]],
  ])('%s', async (_name, data, expected) => {
    const stream = await fill(2);
    await peer.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data }));
    await expect(read(stream)).resolves.toEqual(expected);
  });

  it('is itself read as its last version', async () => {
    const stream = await fill(1);
    for (const maxCount of [1, 2, 3]) await peer.client.setStreamMetadata(stream, { maxCount });
    const versions = await collect(peer.client.readStream(`$$${stream}`));
    expect(versions.map(({ event }) => event?.data)).toEqual([{ $maxCount: 3 }]);
  });

  it('does not make a stream', async () => {
    const stream = `room-${randomUUID()}`;
    await peer.client.setStreamMetadata(stream, { maxCount: 1 });
    await expect(read(stream)).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});

describe('a deleted stream', () => {
  it('is not found', async () => {
    const stream = await fill(2);
    const { position } = await peer.client.deleteStream(stream, { expectedRevision: 1n });
    await expect(read(stream)).rejects.toBeInstanceOf(StreamNotFoundError);
    const [last] = await collect(peer.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }));
    expect(last?.event).toMatchObject({ streamId: `$$${stream}`, type: '$metadata', position });
  });

  it.each(['no_stream', 'any', 1n] as const)('comes back with %s, its revisions going on', async (expectedRevision) => {
    const stream = await fill(2);
    await peer.client.deleteStream(stream);
    const { nextExpectedRevision } = await peer.client.appendToStream(stream, happened(7), { expectedRevision });
    expect(nextExpectedRevision).toBe(2n);
    await expect(read(stream)).resolves.toEqual([7]);
    await peer.client.appendToStream(stream, happened(8), { expectedRevision: 2n });
    await expect(read(stream)).resolves.toEqual([7, 8]);
    await expect(peer.client.getStreamMetadata(stream)).resolves.toMatchObject({ metadata: { truncateBefore: 2 } });
  });

  it('comes back in the same breath', async () => {
    const stream = await fill(2);
    const [, appended] = await Promise.all([
      peer.client.deleteStream(stream),
      peer.client.appendToStream(stream, happened(7), { expectedRevision: 'any' }),
    ]);
    expect(appended.nextExpectedRevision).toBe(2n);
  });

  it('does not exist for stream_exists', async () => {
    const stream = await fill(2);
    await peer.client.deleteStream(stream);
    const appending = peer.client.appendToStream(stream, happened(7), { expectedRevision: 'stream_exists' });
    await expect(appending).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('comes back empty, with its new metadata, when metadata is set', async () => {
    const stream = await fill(2);
    await peer.client.deleteStream(stream);
    await peer.client.setStreamMetadata(stream, { maxCount: 10 });
    await expect(read(stream)).resolves.toEqual([]);
    await expect(peer.client.getStreamMetadata(stream)).resolves.toMatchObject({
      metadata: { maxCount: 10, truncateBefore: 2 },
    });
  });

  it('names itself in refusals, whatever letters its name has', async () => {
    const stream = `予約-📅-é-${await fill(1)}`;
    await peer.client.appendToStream(stream, happened(0));
    await expect(peer.client.deleteStream(stream, { expectedRevision: 7n })).rejects.toMatchObject({
      type: 'wrong-expected-version',
      streamName: stream.replace(/[^\x20-\x7e]/gu, encodeURIComponent),
      actualVersion: 0n,
    });
    await peer.client.tombstoneStream(stream);
    await expect(read(stream)).rejects.toMatchObject({ type: 'stream-deleted' });
  });

  it('is deleted only at the expected revision', async () => {
    const stream = await fill(2);
    await expect(peer.client.deleteStream(stream, { expectedRevision: 0n })).rejects.toMatchObject({
      streamName: stream,
      expectedVersion: 0n,
      actualVersion: 1n,
    });
    await expect(peer.client.deleteStream(`none-${stream}`, { expectedRevision: 3n })).rejects.toMatchObject({
      actualVersion: -1n,
    });
  });
});

describe('a tombstoned stream', () => {
  it('is gone for readers, writers and its metadata, for good', async () => {
    const stream = await fill(2);
    await peer.client.tombstoneStream(stream, { expectedRevision: 1n });
    const attempts = [
      read(stream),
      readBackwards(stream),
      peer.client.appendToStream(stream, happened(1)),
      peer.client.appendToStream(stream, happened(1), { expectedRevision: 'no_stream' }),
      peer.client.setStreamMetadata(stream, { maxCount: 1 }),
      peer.client.deleteStream(stream),
      peer.client.tombstoneStream(stream),
    ];
    for (const result of await Promise.allSettled(attempts)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { type: 'stream-deleted' } });
    }
  });

  it('leaves its events and a $streamDeleted in $all', async () => {
    const stream = await fill(1);
    const { position } = await peer.client.tombstoneStream(stream);
    const all = (await collect(peer.client.readAll())).filter(({ event }) => event?.streamId === stream);
    expect(all.map(({ event }) => event?.type)).toEqual(['Happened', '$streamDeleted']);
    expect(all[1]?.event).toMatchObject({ revision: 9223372036854775807n, position });
  });

  it('need not have existed', async () => {
    const stream = `room-${randomUUID()}`;
    await peer.client.tombstoneStream(stream, { expectedRevision: 'no_stream' });
    await expect(peer.client.appendToStream(stream, happened(1))).rejects.toBeInstanceOf(StreamDeletedError);
  });
});
