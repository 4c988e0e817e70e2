import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { collect, happened, numberOf, numbers, spawnNode, startPeerOver } from './support';
import { Tampering } from './tampering';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'event-node-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const everything = async (client: EventStoreDBClient) =>
  (await collect(client.readAll())).map(({ event }) => ({ ...event!, key: `${event!.streamId}@${event!.revision}` }));

it('has after a restart what it had before, and goes on after it', async () => {
  const before = await startPeerOver(folder);
  await before.client.appendToStream('a', [happened(0), happened(1), happened(2)]);
  await before.client.appendToStream('b', happened(0));
  await before.client.setStreamMetadata('a', { maxCount: 2 });
  await before.client.deleteStream('b');
  await before.client.tombstoneStream('c');
  const stored = await everything(before.client);
  await before.close();

  const after = await startPeerOver(folder);
  expect(await everything(after.client)).toEqual(stored);
  await expect(numbers(after.client.readStream('a'))).resolves.toEqual([1, 2]);
  await expect(numbers(after.client.readStream('b'))).rejects.toMatchObject({ type: 'stream-not-found' });
  await expect(after.client.appendToStream('c', happened(1))).rejects.toMatchObject({ type: 'stream-deleted' });
  const { position, nextExpectedRevision } = await after.client.appendToStream('a', happened(3), {
    expectedRevision: 2n,
  });
  expect(nextExpectedRevision).toBe(3n);
  expect(position!.commit).toBeGreaterThan(stored.at(-1)!.position!.commit);
  await after.close();
});

it('reads streams whole, both ways, while part of their index is stored and part of it waits', async () => {
  const before = await startPeerOver(folder);
  const expected = Array.from({ length: 3500 }, (_, n) => n);
  const bothWays = async ({ client }: typeof before) => {
    await expect(numbers(client.readStream('long'))).resolves.toEqual(expected);
    const backwards = await numbers(client.readStream('long', { direction: 'backwards', fromRevision: 'end' }));
    expect(backwards.reverse()).toEqual(expected);
    await expect(client.appendToStream('short', happened(0), { expectedRevision: 0n })).rejects.toThrow();
  };
  await before.client.appendToStream('short', [happened(0), happened(1)]);
  for (let n = 0; n < 3500; n += 700) {
    const events = expected.slice(n, n + 700).map((i) => happened(i));
    await before.client.appendToStream('long', events, { expectedRevision: n === 0 ? 'no_stream' : BigInt(n - 1) });
  }
  await bothWays(before);
  await before.close();
  const after = await startPeerOver(folder);
  await bothWays(after);
  await after.close();
});

it.each([
  ['any', 4n],
  ['stream_exists', 4n],
  [0n, 2n],
] as const)(
  'recognises an append that is repeated after a restart by its exact revision alone: %s',
  async (expectedRevision, revision) => {
    const events = [happened(1), happened(2)];
    const before = await startPeerOver(folder);
    await before.client.appendToStream('a', happened(0), { expectedRevision: 'no_stream' });
    await before.client.appendToStream('a', events, { expectedRevision });
    await before.close();
    const after = await startPeerOver(folder);
    const { nextExpectedRevision } = await after.client.appendToStream('a', events, { expectedRevision });
    expect(nextExpectedRevision).toBe(revision);
    await after.close();
  },
);

it('closes with every append answered that it took, and refuses those it did not', async () => {
  const peer = await startPeerOver(folder);
  await peer.client.appendToStream('first', happened(0));
  const appends = Array.from({ length: 300 }, (_, n) =>
    peer.client.appendToStream(`s-${n}`, happened(n)).then(() => n),
  );
  const closed = new Promise(setImmediate).then(() => peer.close());
  const answered = (await Promise.allSettled(appends)).flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  await closed;
  const after = await startPeerOver(folder);
  const stored = (await collect(after.client.readAll())).map(numberOf);
  expect(stored).toEqual(expect.arrayContaining(answered));
  await after.close();
});

it('loses nothing answered, and shows nothing that is lost, when killed at any moment', async () => {
  const answered = new Set<string>();
  const seen = new Set<string>();
  for (let round = 0; round < 4; round++) {
    const { process: node, url } = await spawnNode(['--data', folder]);
    const client = EventStoreDBClient.connectionString(url);
    const follow = (async () => {
      for await (const { event } of client.subscribeToAll()) seen.add(`${event!.streamId}@${event!.revision}`);
    })().catch(() => undefined);
    const write = async () => {
      for (;;) {
        const stream = `load-${randomUUID()}`;
        // Three events or none: an append is atomic.
        await client.appendToStream(stream, [happened(0), happened(1), happened(2)], { expectedRevision: 'no_stream' });
        for (const revision of [0, 1, 2]) answered.add(`${stream}@${revision}`);
        if (answered.size > (round + 1) * 2000 && node.kill('SIGKILL')) return;
      }
    };
    await Promise.allSettled(Array.from({ length: 32 }, write));
    if (node.exitCode === null && node.signalCode === null) await once(node, 'exit');
    await follow;
    await client.dispose();
  }

  const peer = await startPeerOver(folder);
  const stored = await everything(peer.client);
  const keys = new Set(stored.map(({ key }) => key));
  expect([...answered].filter((key) => !keys.has(key))).toEqual([]);
  expect([...seen].filter((key) => !keys.has(key))).toEqual([]);
  expect(seen.size).toBeGreaterThan(0);
  expect(stored.length % 3).toBe(0);
  const commits = stored.map(({ position }) => position!.commit);
  expect(commits).toEqual([...new Set(commits)].sort((a, b) => (a < b ? -1 : 1)));
  for (const { streamId } of stored.slice(0, 300)) {
    await expect(numbers(peer.client.readStream(streamId))).resolves.toEqual([0, 1, 2]);
  }
  await peer.close();
});

it('stores nothing over what another node stored in the same folder', async () => {
  const first = await startPeerOver(folder);
  const second = await startPeerOver(folder);
  await first.client.appendToStream('a', happened(1));
  await expect(second.client.appendToStream('b', happened(2))).rejects.toThrow('another node writes to the same data');
  await expect(numbers(first.client.readAll())).resolves.toEqual([1]);
  await second.close();
  await first.close();
});

it('answers damage for the writes that it concerns, and goes on with all others', async () => {
  const before = await startPeerOver(folder);
  await before.client.setStreamMetadata('damaged', { maxCount: 10 });
  const many = Array.from({ length: 1100 }, (_, n) => happened(n));
  // The second append stores the index of the first.
  for (const stream of ['x', 'y']) await before.client.appendToStream(stream, many);
  await before.close();
  await Tampering.with(folder, (tampering) => tampering.flip(tampering.all()[0]!, 0));

  const after = await startPeerOver(folder);
  const append = (stream: string) => after.client.appendToStream(stream, happened(0));
  const writes = [
    append('a'),
    append('damaged'),
    append('b'),
    // Its event is placed before the damage is met.
    after.client.setStreamMetadata('damaged', { maxCount: 1 }),
    append('c'),
  ];
  const outcomes = (await Promise.allSettled(writes)).map(({ status }) => status);
  expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
  await expect(append('damaged')).rejects.toThrow('damaged or missing');
  await expect(append('a')).resolves.toMatchObject({ nextExpectedRevision: 1n });
  for (const stream of ['b', 'c']) await expect(numbers(after.client.readStream(stream))).resolves.toEqual([0]);
  await expect(numbers(after.client.readStream('$$damaged'))).rejects.toThrow();
  await after.close();
});

it('answers an error when the disk is full, goes on reading, and has what it answered', async () => {
  // Files may not grow past 4 MiB; the signal that says so is ignored, as it is on a disk that is really full.
  const { process: node, url } = await spawnNode(['--data', folder], "trap '' XFSZ; ulimit -f 8192");
  const client = EventStoreDBClient.connectionString(url);
  const text = 'x'.repeat(100_000);
  const answered: number[] = [];
  let refused = 0;
  for (let n = 0; refused < 3; n++) {
    const appending = client.appendToStream('full', { ...happened(n), data: { n, text } }, { expectedRevision: 'any' });
    await appending.then(
      () => answered.push(n),
      () => refused++,
    );
  }
  expect(answered.length).toBeGreaterThan(5);
  await expect(numbers(client.readStream('full'))).resolves.toEqual(answered);
  await client.dispose();
  node.kill('SIGTERM');
  await once(node, 'exit');

  const after = await startPeerOver(folder);
  await expect(numbers(after.client.readStream('full'))).resolves.toEqual(answered);
  const revision = BigInt(answered.length - 1);
  await expect(after.client.appendToStream('full', happened(1), { expectedRevision: revision })).resolves.toMatchObject(
    {
      success: true,
    },
  );
  await after.close();
});

it('stops with a clear word when the disk fails, having answered nothing that it does not have', async () => {
  const preload = path.join(__dirname, 'closable-disk.cjs');
  const { process: node, url } = await spawnNode(['--data', folder], `export NODE_OPTIONS='-r ${preload}'`);
  const client = EventStoreDBClient.connectionString(url);
  const exited = once(node, 'exit');
  const lines: string[] = [];
  node.stdout!.on('data', (chunk: Buffer) => lines.push(String(chunk)));
  const answered = new Set<number>();
  let next = 0;
  const write = async () => {
    for (;;) {
      const n = next++;
      await client.appendToStream('a', happened(n));
      answered.add(n);
      if (answered.size === 200) node.kill('SIGUSR2');
    }
  };
  const writers = await Promise.allSettled(Array.from({ length: 16 }, write));
  expect(writers.every(({ status }) => status === 'rejected')).toBe(true);
  // LMDB, with its descriptors gone, may abort while the process is already on its way out.
  expect([
    [74, null],
    [null, 'SIGABRT'],
  ]).toContainEqual(await exited);
  expect(lines.join('')).toContain('the storage failed, the node stops');
  await client.dispose();

  const after = await startPeerOver(folder);
  const stored = await numbers(after.client.readStream('a'));
  expect([...answered].filter((n) => !stored.includes(n))).toEqual([]);
  await after.close();
});
