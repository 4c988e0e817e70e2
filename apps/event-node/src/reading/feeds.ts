import type { EventLog } from '../store/event-log';
import type { StreamReader } from '../store/stream-reader';
import { streamDeleted } from '../wire/failures';
import { checkpointFrame } from '../wire/read-frames';
import type { FilterRequest, ReadFrom } from '../wire/read-request';
import { compileFilter, type FrameFilter } from './filter';
import { PAGE } from './pages';

/** What a subscription sends, portion by portion. */
export interface Feed {
  /**
   * The next events, and whether there are none after them.
   * @param live whether the subscription had caught up before
   */
  next(live: boolean): { frames: Buffer[]; atEnd: boolean };
  /** Whether what is followed exists; only then a subscription can have caught up. */
  readonly isThere: boolean;
  /** What is sent when the subscription has caught up, before it says so. */
  arrival(): Buffer[];
}

/** Follows the log, beginning after a position. */
export class AllFeed implements Feed {
  readonly isThere = true;
  private position: number;
  private readonly matches: FrameFilter | undefined;
  private readonly checkpointInterval: number;
  private searched = 0;
  private lastSearched: number | undefined;

  constructor(
    private readonly log: EventLog,
    from: ReadFrom,
    filter: FilterRequest | undefined,
  ) {
    this.position = from === 'start' ? 0 : from === 'end' ? log.end : from + 1;
    this.matches = filter && compileFilter(filter);
    this.checkpointInterval = filter?.checkpointInterval ?? Number.POSITIVE_INFINITY;
  }

  next(): { frames: Buffer[]; atEnd: boolean } {
    const { keys, frames, atEnd } = this.log.readForwards(this.position, this.log.end, PAGE);
    if (keys.length > 0) this.position = keys.at(-1)! + 1;
    const sent = this.matches ? this.search(keys, frames, this.matches) : frames;
    return { frames: sent, atEnd: atEnd || keys.at(-1) === this.log.last };
  }

  arrival(): Buffer[] {
    return this.lastSearched === undefined ? [] : [this.checkpoint(this.lastSearched)];
  }

  private search(keys: number[], frames: Buffer[], matches: FrameFilter): Buffer[] {
    const sent: Buffer[] = [];
    for (let i = 0; i < frames.length; i++) {
      if (matches(frames[i]!)) sent.push(frames[i]!);
      this.lastSearched = keys[i]!;
      if (++this.searched >= this.checkpointInterval) sent.push(this.checkpoint(this.lastSearched));
    }
    return sent;
  }

  private checkpoint(position: number): Buffer {
    this.searched = 0;
    this.lastSearched = undefined;
    return checkpointFrame(position);
  }
}

/** Follows a stream, beginning after a revision. Live, it gets every event; history is what metadata leaves of it. */
export class StreamFeed implements Feed {
  private revision: number;

  constructor(
    private readonly reader: StreamReader,
    private readonly stream: string,
    from: ReadFrom,
  ) {
    this.revision = from === 'start' ? 0 : from === 'end' ? reader.lastRevision(stream) + 1 : from + 1;
  }

  get isThere(): boolean {
    return this.reader.presence(this.stream) === 'present';
  }

  /** Throws the failure `stream-deleted` once the stream is deleted for good. */
  next(live: boolean): { frames: Buffer[]; atEnd: boolean } {
    if (this.reader.presence(this.stream) === 'deleted') throw streamDeleted(this.stream);
    const { keys, frames, atEnd } = live
      ? this.reader.readUnabridged(this.stream, this.revision, PAGE)
      : this.reader.read(this.stream, { first: this.revision, last: Number.MAX_SAFE_INTEGER }, 'forwards', PAGE);
    if (keys.length > 0) this.revision = keys.at(-1)! + 1;
    return { frames, atEnd: atEnd || this.revision > this.reader.lastRevision(this.stream) };
  }

  arrival(): Buffer[] {
    return [];
  }
}
