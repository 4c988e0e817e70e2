import { decodeEventFrame, TOMBSTONE } from '../wire/event-frame';
import type { Order } from '../wire/read-request';
import type { EventLog, Page, PageLimit } from './event-log';
import type { RevisionRange } from './stream-index';
import { firstReadable, isSoftDeleted } from './stream-metadata';
import type { StreamStates } from './stream-states';

export type StreamPresence = 'present' | 'missing' | 'deleted';

const ONE: PageLimit = { events: 1, bytes: 1 };

/** Reads streams as their metadata lets them be read. */
export class StreamReader {
  constructor(
    private readonly log: EventLog,
    private readonly states: StreamStates,
  ) {}

  presence(stream: string): StreamPresence {
    const { lastRevision, metadata } = this.states.get(stream);
    if (lastRevision === TOMBSTONE) return 'deleted';
    return lastRevision < 0 || isSoftDeleted(metadata) ? 'missing' : 'present';
  }

  lastRevision(stream: string): number {
    return this.states.get(stream).lastRevision;
  }

  /** The events of the range that `$maxCount`, `$maxAge` and `$tb` leave. */
  read(stream: string, { first, last }: RevisionRange, order: Order, limit: PageLimit): Page {
    const { lastRevision, metadata } = this.states.get(stream);
    const readable = {
      first: Math.max(first, firstReadable(metadata, lastRevision)),
      last: Math.min(last, lastRevision),
    };
    const page = this.log.readStream(stream, readable, order, limit);
    return metadata.maxAgeMs === undefined ? page : withoutOlder(page, Date.now() - metadata.maxAgeMs);
  }

  /** The event of a revision, if metadata leaves it. */
  readOne(stream: string, revision: number): Buffer | undefined {
    if (this.presence(stream) !== 'present') return undefined;
    return this.read(stream, { first: revision, last: revision }, 'forwards', ONE).frames[0];
  }

  /** All events from `first` on, whatever the metadata says. */
  readUnabridged(stream: string, first: number, limit: PageLimit): Page {
    return this.log.readStream(stream, { first, last: this.lastRevision(stream) }, 'forwards', limit);
  }
}

/** Keeps the keys: they tell how far was read. */
const withoutOlder = (page: Page, oldest: number): Page => ({
  ...page,
  frames: page.frames.filter((frame) => decodeEventFrame(frame).created >= oldest),
});
