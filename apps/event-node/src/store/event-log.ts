import { type Database, open, type RootDatabase } from 'lmdb';
import { TOMBSTONE } from '../protocol/event-frame';

/** An event's place in its stream and in the log, and the frame that readers get. */
export interface LogEntry {
  stream: string;
  revision: number;
  position: number;
  frame: Buffer;
}

/** Where the log is kept: a folder, or a temporary file that is never synced and vanishes on close. */
export type Location = { folder: string } | 'memory';

/** A page of a range: at most so many events, and no further event once it holds so many bytes. */
export interface PageLimit {
  events: number;
  bytes: number;
}

export interface RevisionRange {
  first: number;
  /** Included. */
  last: number;
}

export type Order = 'forwards' | 'backwards';

type StreamKey = [stream: string, revision: number];
const streamKey = (stream: string, revision: number): StreamKey => [stream, revision];

/**
 * The events of the node in LMDB: `events` maps position → frame, `streams` maps (stream, revision) → position.
 * Nothing else is stored; heads and metadata of streams are derived from these two. A position is the offset its event
 * would have in one file of all frames: unique, growing, and (as in EventStoreDB) not dense.
 */
export class EventLog {
  private readonly root: RootDatabase;
  private readonly events: Database<Buffer, number>;
  private readonly streams: Database<number, StreamKey>;
  private committedEnd: number;

  constructor(location: Location) {
    this.root = open({
      ...(location === 'memory' ? { noSync: true } : { path: location.folder, noSubdir: false }),
      // A commit is visible, and its promise resolves, only after fsync.
      overlappingSync: false,
      // Otherwise LMDB's commit promises that nobody holds end the process when the disk is full.
      eventTurnBatching: false,
      maxDbs: 2,
    });
    this.events = this.root.openDB<Buffer, number>({ name: 'events', encoding: 'binary' });
    this.streams = this.root.openDB<number, StreamKey>({ name: 'streams', encoding: 'ordered-binary' });
    this.committedEnd = this.storedEnd();
  }

  /** The position that the next event gets: beyond everything committed. */
  get end(): number {
    return this.committedEnd;
  }

  /**
   * Stores the entries in one transaction, which resolves when they are on disk. Rejects, having stored nothing, when
   * the disk refuses. One call at a time.
   */
  async commit(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const written = this.events.ifNoExists(this.end, () => {
      for (const { stream, revision, position, frame } of entries) {
        this.events.put(position, frame);
        this.streams.put(streamKey(stream, revision), position);
      }
    });
    try {
      if (!(await written)) throw new Error('another node writes to the same data');
    } catch (error) {
      throw await commitFailure(error);
    }
    const last = entries.at(-1)!;
    this.committedEnd = last.position + last.frame.length;
  }

  /** Frames with positions ≥ `from` and < `end`, oldest first. */
  readForwards(from: number, end: number, limit: PageLimit): Page {
    return page(this.events.getRange({ start: from, end, limit: limit.events }), limit);
  }

  /** Frames with positions < `before`, newest first. */
  readBackwards(before: number, limit: PageLimit): Page {
    const start = Math.min(before, this.end);
    return page(this.events.getRange({ start, exclusiveStart: true, reverse: true, limit: limit.events }), limit);
  }

  /** Frames of the revisions `first` to `last` of a stream, the first of them first or the last. Keys are revisions. */
  readStream(stream: string, { first, last }: RevisionRange, order: Order, limit: PageLimit): Page {
    const range =
      order === 'forwards'
        ? { start: streamKey(stream, first), end: streamKey(stream, last + 1) }
        : { start: streamKey(stream, last), end: streamKey(stream, first - 1), reverse: true };
    const index = this.streams.getRange({ ...range, limit: limit.events });
    return page(
      index.map(({ key, value }) => ({ key: key[1], value: this.frameAt(value) })),
      limit,
    );
  }

  /** The last revision of a stream ({@link TOMBSTONE} when it was deleted for good), -1 when it has no events. */
  lastRevision(stream: string): number {
    // Streams without events are asked for most, and looking up a key is cheaper than opening a range.
    if (this.positionOf(stream, 0) === undefined)
      return this.positionOf(stream, TOMBSTONE) === undefined ? -1 : TOMBSTONE;
    const keys = this.streams.getKeys({
      start: streamKey(stream, TOMBSTONE),
      end: streamKey(stream, -1),
      reverse: true,
      limit: 1,
    });
    for (const [, revision] of keys) return revision;
    return -1;
  }

  positionOf(stream: string, revision: number): number | undefined {
    return this.streams.get([stream, revision]);
  }

  frameAt(position: number): Buffer {
    const frame = this.events.get(position);
    if (!frame) throw new Error(`no event at position ${position}`);
    return frame;
  }

  async close(): Promise<void> {
    await this.root.close();
  }

  private storedEnd(): number {
    for (const { key, value } of this.events.getRange({ reverse: true, limit: 1 })) return key + value.length;
    return FIRST_POSITION;
  }
}

/** Not 0: a subscription from position 0 starts behind it. */
const FIRST_POSITION = 1;

/** Frames with the key (position or revision) that each was found by. */
export interface Page {
  keys: number[];
  frames: Buffer[];
  /** Whether the range ended before the limit did. */
  atEnd: boolean;
}

function page(range: Iterable<{ key: number; value: Buffer }>, limit: PageLimit): Page {
  const found: Page = { keys: [], frames: [], atEnd: false };
  let bytes = 0;
  for (const { key, value } of range) {
    found.keys.push(key);
    found.frames.push(value);
    bytes += value.length;
    if (bytes >= limit.bytes) return found;
  }
  found.atEnd = found.frames.length < limit.events;
  return found;
}

/** LMDB rejects with a general error and tells the cause by a promise of its own. */
async function commitFailure(error: unknown): Promise<Error> {
  const general = error instanceof Error && 'commitError' in error;
  const cause = general ? await Promise.resolve(error.commitError).catch((reason: unknown) => reason) : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`the events could not be stored: ${reason}`, { cause });
}
