import { createHash } from 'node:crypto';
import type { Database, RootDatabase } from 'lmdb';
import { TOMBSTONE } from '../wire/event-frame';
import type { Order } from '../wire/read-request';

/** An event of a stream, and where it is in the log. */
export interface Place {
  revision: number;
  position: number;
}

export interface RevisionRange {
  first: number;
  /** Included. */
  last: number;
}

type Key = [stream: string, revision: number];
const key = (stream: string, revision: number): Key => [asKey(stream), revision];

/** Bytes of a name that stands in a key as it is; LMDB's keys hold no more than 1,978. */
const LONGEST_NAME = 1024;
/** A letter takes at most three bytes of UTF-8 for each of its UTF-16 units. */
const fitsKey = (stream: string): boolean =>
  stream.length <= LONGEST_NAME / 3 || Buffer.byteLength(stream) <= LONGEST_NAME;
/** A longer name is known by its hash. No name holds a zero character, so none looks like that. */
const asKey = (stream: string): string =>
  fitsKey(stream) ? stream : `\0${createHash('sha256').update(stream).digest('hex')}`;

/** No stream has this name. Its value is the position up to which the stored index is complete. */
const COMPLETE_UP_TO = key('', 0);
/** So many events wait in memory: more make a longer pause and a longer start. */
const WAITING = 1024;

/**
 * (stream, revision) → position. It can be derived from the log, so the latest events wait in memory and are stored
 * many at a time: the pages of single streams are scattered over the file, and to write some for every event would
 * take the disk longer than the events themselves.
 */
export class StreamIndex {
  private readonly stored: Database<number, Key>;
  private readonly waiting = new Map<string, Place[]>();
  private waitingCount = 0;

  constructor(root: RootDatabase) {
    this.stored = root.openDB<number, Key>({ name: 'streams', encoding: 'ordered-binary' });
  }

  /** Events from this position on are to be added again after a start. */
  get completeUpTo(): number {
    return this.stored.get(COMPLETE_UP_TO) ?? 0;
  }

  /** Whether enough events wait to be worth storing. */
  get isDue(): boolean {
    return this.waitingCount >= WAITING;
  }

  add(stream: string, place: Place): void {
    const places = this.waiting.get(stream);
    if (places) places.push(place);
    else this.waiting.set(stream, [place]);
    this.waitingCount++;
  }

  /** Within a transaction: stores all that waits, which is all before this position. */
  store(upTo: number): void {
    for (const [stream, places] of this.waiting) {
      for (const { revision, position } of places) this.stored.put(key(stream, revision), position);
    }
    this.stored.put(COMPLETE_UP_TO, upTo);
  }

  /** After that transaction. */
  forgetWaiting(): void {
    this.waiting.clear();
    this.waitingCount = 0;
  }

  /** {@link TOMBSTONE} when the stream was deleted for good, -1 when it has no events. */
  lastRevision(stream: string): number {
    const waiting = this.waiting.get(stream)?.at(-1);
    if (waiting) return waiting.revision;
    // Streams without events are asked for most, and looking up a key is cheaper than opening a range.
    if (!this.stored.doesExist(key(stream, 0))) return this.stored.doesExist(key(stream, TOMBSTONE)) ? TOMBSTONE : -1;
    const [last] = this.storedPlaces(stream, { first: 0, last: TOMBSTONE }, 'backwards');
    return last!.revision;
  }

  positionOf(stream: string, revision: number): number | undefined {
    return (
      this.waiting.get(stream)?.find((place) => place.revision === revision)?.position ??
      this.stored.get(key(stream, revision))
    );
  }

  /**
   * The places of a range of revisions, lazily. LMDB shows what a transaction stored before it reports the commit, so
   * for a moment a place may be stored and wait as well: what waits is taken from memory alone.
   */
  *places(stream: string, range: RevisionRange, order: Order): Generator<Place> {
    if (range.first > range.last) return;
    const allWaiting = this.waiting.get(stream) ?? [];
    const waiting = allWaiting.filter(({ revision }) => revision >= range.first && revision <= range.last);
    const lastStored = Math.min(range.last, (allWaiting[0]?.revision ?? Number.POSITIVE_INFINITY) - 1);
    const stored = this.storedPlaces(stream, { first: range.first, last: lastStored }, order);
    if (order === 'backwards') yield* waiting.reverse();
    yield* stored;
    if (order === 'forwards') yield* waiting;
  }

  private *storedPlaces(stream: string, { first, last }: RevisionRange, order: Order): Generator<Place> {
    if (first > last) return;
    const range =
      order === 'forwards'
        ? { start: key(stream, first), end: key(stream, last + 1) }
        : { start: key(stream, last), end: key(stream, first - 1), reverse: true };
    for (const { key: found, value } of this.stored.getRange(range)) yield { revision: found[1], position: value };
  }
}
