import { type Database, open, type RootDatabase } from 'lmdb';
import { decodeIfWhole, type EventFacts } from '../wire/event-frame';
import type { Order } from '../wire/read-request';
import { hasRoom } from './disk-room';
import { DamagedLog, isLmdbError, StorageFailed } from './storage-errors';
import { type Place, type RevisionRange, StreamIndex } from './stream-index';

/** An event's place in its stream and in the log, and the frame that readers get. */
export interface LogEntry extends Place {
  stream: string;
  frame: Buffer;
}

/** Where the log is kept: a folder, or a temporary file that is never synced and vanishes on close. */
export type Location = { folder: string } | 'memory';

/** A page of a range: at most so many events, and no further event once it holds so many bytes. */
export interface PageLimit {
  events: number;
  bytes: number;
}

/**
 * The events of the node in LMDB, by position. All else is derived from them. A position is the offset its event would
 * have in one file of all frames: unique, growing, and (as in EventStoreDB) not dense.
 */
export class EventLog {
  private readonly root: RootDatabase;
  private readonly events: Database<Buffer, number>;
  private readonly index: StreamIndex;
  private committedEnd: number;
  private lastPosition = 0;
  /** The entries of the latest commit, and the last position before them. */
  private latest: { readonly after: number; readonly entries: readonly LogEntry[] } = {
    after: Number.POSITIVE_INFINITY,
    entries: [],
  };

  constructor(private readonly location: Location) {
    this.root = open({
      ...(location === 'memory' ? { noSync: true } : { path: location.folder, noSubdir: false }),
      // A commit is visible, and its promise resolves, only after fsync.
      overlappingSync: false,
      // Otherwise LMDB's commit promises that nobody holds end the process when the disk is full.
      eventTurnBatching: false,
      maxDbs: 2,
    });
    this.events = this.root.openDB<Buffer, number>({ name: 'events', encoding: 'binary' });
    this.index = new StreamIndex(this.root);
    this.committedEnd = this.storedEnd();
    this.completeIndex();
  }

  /** The position of the last event, 0 when there is none. */
  get last(): number {
    return this.lastPosition;
  }

  /** The position that the next event gets: beyond everything committed. */
  get end(): number {
    return this.committedEnd;
  }

  /**
   * Stores the entries in one transaction, which resolves when they are on disk. Rejects, having stored nothing, when
   * there is no room for them, and with {@link StorageFailed} when it cannot be known what was stored: no other commit
   * may follow then, LMDB would never answer it. One call at a time.
   */
  async commit(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const { end, index } = this;
    const last = entries.at(-1)!;
    const newEnd = last.position + last.frame.length;
    const { isDue } = index;
    // If there is an event at that position, another node has written to the same files.
    const written = this.events.ifNoExists(end, () => {
      for (const { position, frame } of entries) this.events.put(position, frame);
      if (isDue) index.store(end);
    });
    try {
      if (!(await written)) throw new Error('another node writes to the same data');
    } catch (error) {
      throw await this.commitFailure(error, newEnd - end);
    }
    if (isDue) index.forgetWaiting();
    for (const { stream, revision, position } of entries) index.add(stream, { revision, position });
    this.latest = { after: this.lastPosition, entries };
    this.lastPosition = last.position;
    this.committedEnd = newEnd;
  }

  /** Frames with positions ≥ `from` and < `end`, oldest first; those of the latest commit from memory. */
  readForwards(from: number, end: number, limit: PageLimit): Page {
    const { after, entries } = this.latest;
    if (from > after && end === this.end) return page(framesFrom(entries, from), limit);
    return page(this.events.getRange({ start: from, end, limit: limit.events }), limit);
  }

  /** Frames with positions < `before`, newest first. */
  readBackwards(before: number, limit: PageLimit): Page {
    const start = Math.min(before, this.end);
    return page(this.events.getRange({ start, exclusiveStart: true, reverse: true, limit: limit.events }), limit);
  }

  /** Frames of a stream. Keys are revisions. */
  readStream(stream: string, range: RevisionRange, order: Order, limit: PageLimit): Page {
    return page(this.framesAt(this.index.places(stream, range, order)), limit);
  }

  /** {@link TOMBSTONE} when the stream was deleted for good, -1 when it has no events. */
  lastRevision(stream: string): number {
    return this.index.lastRevision(stream);
  }

  positionOf(stream: string, revision: number): number | undefined {
    return this.index.positionOf(stream, revision);
  }

  /** Throws {@link DamagedLog} when there is no frame. */
  frameAt(position: number): Buffer {
    const frame = this.events.get(position);
    if (!frame) throw new DamagedLog(position);
    return frame;
  }

  /** What the frame says. Throws {@link DamagedLog} when there is none, or none that can be read. */
  factsAt(position: number): EventFacts {
    const facts = decodeIfWhole(this.frameAt(position));
    if (!facts) throw new DamagedLog(position);
    return facts;
  }

  async close(): Promise<void> {
    await this.root.close();
  }

  /** @param size bytes that were to be stored */
  private async commitFailure(error: unknown, size: number): Promise<Error> {
    const cause = await commitError(error);
    if (isLmdbError(cause) && !(await this.lacksRoomOnly(size))) return new StorageFailed(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new Error(`the events could not be stored: ${reason}`, { cause });
  }

  private async lacksRoomOnly(size: number): Promise<boolean> {
    return this.location !== 'memory' && this.answersReads() && !(await hasRoom(this.location.folder, size));
  }

  /** LMDB refuses everything once it could not write the page that says what is valid. */
  private answersReads(): boolean {
    try {
      this.root.resetReadTxn();
      this.events.doesExist(FIRST_POSITION);
      return true;
    } catch {
      return false;
    }
  }

  private *framesAt(places: Iterable<Place>): Generator<{ key: number; value: Buffer }> {
    for (const { revision, position } of places) yield { key: revision, value: this.frameAt(position) };
  }

  private completeIndex(): void {
    for (const { key, value } of this.events.getRange({ start: this.index.completeUpTo })) {
      const facts = decodeIfWhole(value);
      if (facts) this.index.add(facts.stream, { revision: facts.revision, position: key });
    }
  }

  private storedEnd(): number {
    for (const { key, value } of this.events.getRange({ reverse: true, limit: 1 })) {
      this.lastPosition = key;
      return key + value.length;
    }
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

function* framesFrom(entries: readonly LogEntry[], from: number): Generator<{ key: number; value: Buffer }> {
  for (const { position, frame } of entries) if (position >= from) yield { key: position, value: frame };
}

function page(range: Iterable<{ key: number; value: Buffer }>, limit: PageLimit): Page {
  const found: Page = { keys: [], frames: [], atEnd: false };
  let bytes = 0;
  for (const { key, value } of range) {
    found.keys.push(key);
    found.frames.push(value);
    bytes += value.length;
    if (bytes >= limit.bytes || found.keys.length >= limit.events) return found;
  }
  return { ...found, atEnd: true };
}

/** LMDB rejects with a general error and tells the cause by a promise of its own. */
async function commitError(error: unknown): Promise<unknown> {
  const isGeneral = error instanceof Error && 'commitError' in error;
  return isGeneral ? await Promise.resolve(error.commitError).catch((reason: unknown) => reason) : error;
}
