import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EventLog, type LogEntry } from '../src/store/event-log';
import { encodeEventFrame } from '../src/wire/event-frame';

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'event-node-'));
  log = new EventLog({ folder });
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true, force: true });
});

const event = {
  id: '0198b2f0-0000-7000-8000-000000000001',
  type: Buffer.from('Happened'),
  contentType: Buffer.from('application/json'),
  data: Buffer.from('{}'),
  customMetadata: Buffer.alloc(0),
};

/** The entries of `count` more events of a stream. */
function entries(stream: string, first: number, count: number): LogEntry[] {
  let position = log.end;
  return Array.from({ length: count }, (_, i) => {
    const placement = { stream: Buffer.from(stream), revision: first + i, position, created: 0 };
    const entry = { stream, revision: first + i, position, frame: encodeEventFrame(event, placement) };
    position += entry.frame.length;
    return entry;
  });
}

/** What the stream gives, read in both orders at one moment. */
function revisions(stream: string): number[][] {
  const limit = { events: 10_000, bytes: Number.POSITIVE_INFINITY };
  const range = { first: 0, last: 9999 };
  const backwards = log.readStream(stream, range, 'backwards', limit).keys;
  return [log.readStream(stream, range, 'forwards', limit).keys, backwards.reverse()];
}

/** Holds up this thread: LMDB's own then commits, of which this one hears only when it goes on. */
const holdUp = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('gives each event of a stream once while the index is being stored', async () => {
  await log.commit(entries('a', 0, 1500));
  const expected = Array.from({ length: 1500 }, (_, n) => n);
  const storing = log.commit(entries('b', 0, 1));
  const seen: number[][] = [];
  // LMDB begins in the first turn; the read is queued before it reports, so that it comes before the report.
  setImmediate(() => {
    setTimeout(() => seen.push(...revisions('a')));
    holdUp(200);
  });
  await storing;
  await new Promise((resolve) => setTimeout(resolve));
  expect(seen).toEqual([expected, expected]);
  expect(revisions('a')).toEqual([expected, expected]);
});
