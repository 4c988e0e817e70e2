import { randomUUID } from 'node:crypto';
import {
  ErrorType,
  EventStoreDBClient,
  jsonEvent,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { CREDENTIALS, collect, happened, numbers, type Peer, startPeer } from './support';

let peer: Peer;
let client: EventStoreDBClient;
beforeAll(async () => {
  peer = await startPeer();
  client = peer.client;
});
afterAll(() => peer.close());

/** With credentials the client uses Append, without BatchAppend. */
describe.each([
  ['BatchAppend', undefined],
  ['Append', CREDENTIALS],
])('%s', (_method, credentials) => {
  const fresh = () => `order-${randomUUID()}`;
  const append = (
    stream: string,
    events: ReturnType<typeof happened>[],
    expectedRevision: 'any' | 'no_stream' | 'stream_exists' | bigint,
  ) => client.appendToStream(stream, events, { expectedRevision, ...(credentials && { credentials }) });
  const refusal = async (appending: Promise<unknown>) => {
    const error = await appending.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WrongExpectedVersionError);
    const { expectedVersion, actualVersion } = error as WrongExpectedVersionError;
    return { expected: expectedVersion, actual: actualVersion };
  };

  it('answers the revision and the position of the last event', async () => {
    const stream = fresh();
    const answer = await append(stream, [happened(1), happened(2)], 'no_stream');
    const [, second] = await collect(client.readStream(stream));
    expect(answer).toEqual({ success: true, nextExpectedRevision: 1n, position: second?.event?.position });
  });

  it.each([
    ['no_stream', 'no_stream' as const],
    ['any', 'any' as const],
  ])('creates a stream with %s', async (_name, expected) => {
    await expect(append(fresh(), [happened(1)], expected)).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it('refuses no_stream, a lower and a higher revision, telling the current one', async () => {
    const stream = fresh();
    await append(stream, [happened(1), happened(2)], 'no_stream');
    await expect(refusal(append(stream, [happened(3)], 'no_stream'))).resolves.toEqual({
      expected: 'no_stream',
      actual: 1n,
    });
    await expect(refusal(append(stream, [happened(3)], 0n))).resolves.toEqual({ expected: 0n, actual: 1n });
    await expect(refusal(append(stream, [happened(3)], 2n))).resolves.toEqual({ expected: 2n, actual: 1n });
  });

  it('refuses stream_exists and any revision of a missing stream', async () => {
    const stream = fresh();
    await expect(refusal(append(stream, [happened(1)], 'stream_exists'))).resolves.toEqual({
      expected: 'stream_exists',
      actual: 'no_stream',
    });
    await expect(refusal(append(stream, [happened(1)], 0n))).resolves.toEqual({ expected: 0n, actual: 'no_stream' });
  });

  it('takes stream_exists for a stream that has only metadata', async () => {
    const stream = fresh();
    await client.setStreamMetadata(stream, { owner: 'me' });
    await expect(append(stream, [happened(1)], 'stream_exists')).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it.each([
    ['an exact revision', 0n],
    ['any', 'any' as const],
    ['stream_exists', 'stream_exists' as const],
  ])('answers a repeated append with %s as it answered the first, and stores nothing', async (_name, expected) => {
    const stream = fresh();
    await append(stream, [happened(0)], 'no_stream');
    const events = [happened(1), happened(2)];
    const first = await append(stream, events, expected);
    await append(stream, [happened(3)], 2n);
    await expect(append(stream, events, expected)).resolves.toEqual(first);
    await expect(numbers(client.readStream(stream))).resolves.toEqual([0, 1, 2, 3]);
  });

  it('answers a repeated no_stream as it answered the first', async () => {
    const stream = fresh();
    const events = [happened(1), happened(2)];
    const first = await append(stream, events, 'no_stream');
    await expect(append(stream, events, 'no_stream')).resolves.toEqual(first);
  });

  it.each([
    ['an exact revision', 0n],
    ['any', 'any' as const],
  ])('refuses an append with %s that repeats only in part', async (_name, expected) => {
    const stream = fresh();
    await append(stream, [happened(0)], 'no_stream');
    const known = happened(1);
    await append(stream, [known], expected);
    await refusal(append(stream, [known, happened(2)], expected));
    await expect(numbers(client.readStream(stream))).resolves.toEqual([0, 1]);
  });

  it('stores an event whose id another stream has', async () => {
    const event = happened(1);
    await append(fresh(), [event], 'any');
    await expect(append(fresh(), [event], 'any')).resolves.toMatchObject({ nextExpectedRevision: 0n });
  });

  it('lets one of 200 concurrent appends with the same expected revision win', async () => {
    const stream = fresh();
    await append(stream, [happened(0)], 'no_stream');
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, n) => append(stream, [happened(n)], 0n)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(collect(client.readStream(stream))).resolves.toHaveLength(2);
  });

  it('keeps concurrent appends to many streams apart', async () => {
    const streams = Array.from({ length: 50 }, fresh);
    await Promise.all(
      streams.map(async (stream, n) => {
        for (let i = 0; i < 10; i++)
          await append(stream, [happened(n * 10 + i)], i === 0 ? 'no_stream' : BigInt(i - 1));
      }),
    );
    for (const [n, stream] of streams.entries()) {
      const expected = Array.from({ length: 10 }, (_, i) => n * 10 + i);
      await expect(numbers(client.readStream(stream))).resolves.toEqual(expected);
    }
  });

  it('answers two concurrent appends of the same events with the same success', async () => {
    const stream = fresh();
    const events = [happened(1), happened(2)];
    const [one, two] = await Promise.all([append(stream, events, 'no_stream'), append(stream, events, 'no_stream')]);
    expect(one).toEqual(two);
    await expect(collect(client.readStream(stream))).resolves.toHaveLength(2);
  });

  it('refuses a stream that was deleted for good', async () => {
    const stream = fresh();
    await append(stream, [happened(1)], 'no_stream');
    await client.tombstoneStream(stream);
    await expect(append(stream, [happened(2)], 'any')).rejects.toBeInstanceOf(StreamDeletedError);
  });

  it('takes an append of 1 MiB and refuses a larger one', async () => {
    const stream = fresh();
    const large = (size: number) => jsonEvent({ type: 'Large', data: 'x'.repeat(size) });
    const appendOf = (size: number) =>
      client.appendToStream(stream, large(size), {
        expectedRevision: 'no_stream',
        ...(credentials && { credentials }),
      });
    const most = 1024 * 1024 - 2 * 'Large'.length - 2 * '"'.length;
    await expect(appendOf(most + 1)).rejects.toMatchObject({
      type: ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
      maxAppendSize: 1_048_576,
    });
    await appendOf(most);
    const [stored] = await collect(client.readStream(stream));
    expect(String(stored?.event?.data)).toHaveLength(most);
  });

  it('counts all events of an append towards the limit', async () => {
    const events = Array.from({ length: 9 }, (_, n) =>
      jsonEvent({ type: 'Large', data: { n, text: 'x'.repeat(125_000) } }),
    );
    const appending = client.appendToStream(fresh(), events, credentials && { credentials });
    await expect(appending).rejects.toMatchObject({ type: ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED });
  });

  it('takes an append that comes in several messages', async () => {
    const stream = fresh();
    const events = Array.from({ length: 9 }, (_, n) =>
      jsonEvent({ type: 'Large', data: { n, text: 'x'.repeat(100_000) } }),
    );
    await client.appendToStream(stream, events, { batchAppendSize: 200_000, ...(credentials && { credentials }) });
    await expect(numbers(client.readStream(stream))).resolves.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it.each([
    ['an empty stream name', '', randomUUID()],
    ['an id that is no UUID', 'order-1', 'not-a-uuid'],
  ])('refuses %s, and goes on', async (_what, stream, id) => {
    await expect(append(stream, [happened(1, id)], 'any')).rejects.toThrow();
    await expect(append(fresh(), [happened(1)], 'any')).resolves.toMatchObject({ success: true });
  });
});

it('keeps what an event is made of', async () => {
  const event = jsonEvent({ type: 'Ünïcode', data: { text: '日本' }, metadata: { tenantId: '店' } });
  const before = Date.now();
  await client.appendToStream('予約-1', event);
  const [read] = await collect(client.readStream('予約-1'));
  expect(read?.event).toMatchObject({
    id: event.id,
    streamId: '予約-1',
    type: 'Ünïcode',
    data: { text: '日本' },
    metadata: { tenantId: '店' },
    isJson: true,
    revision: 0n,
  });
  expect(read?.event?.created.getTime()).toBeGreaterThanOrEqual(before);
  expect(read?.commitPosition).toBe(read?.event?.position?.commit);
});

it('accepts an append without events, and answers the position up to which all is stored', async () => {
  const { position } = await client.appendToStream('order-empty', [happened(1)]);
  await expect(client.appendToStream('order-empty', [], { expectedRevision: 0n })).resolves.toMatchObject({
    nextExpectedRevision: 0n,
    position,
  });
});

it('tells streams apart whose names are longer than a key of the store', async () => {
  const names = ['a', 'b'].map((end) => `予${'x'.repeat(3_000)}${end}`);
  for (const [n, name] of names.entries()) await client.appendToStream(name, [happened(n), happened(n + 10)]);
  for (const [n, name] of names.entries()) {
    await expect(numbers(client.readStream(name))).resolves.toEqual([n, n + 10]);
    await expect(client.appendToStream(name, happened(n), { expectedRevision: 'no_stream' })).rejects.toThrow();
  }
});

it('takes as much at once as it is told to', async () => {
  const other = await startPeer({ maxAppendSize: 100 });
  const append = (size: number, options = {}) =>
    other.client.appendToStream('a', jsonEvent({ type: 'T', data: 'x'.repeat(size) }), options);
  await append(90);
  for (const options of [{}, { credentials: CREDENTIALS }]) {
    await expect(append(100, options)).rejects.toMatchObject({ maxAppendSize: 100 });
  }
  await other.close();
});
