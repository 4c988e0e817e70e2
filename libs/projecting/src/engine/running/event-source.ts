import type { EventCodec, EventStore } from '@yoyaku/eventing';
import { type Found, openAll } from './opening';
import { furthest } from './positions';
import type { ReadEvent } from './read-event';
import type { Batch } from './runner';
import { ShortRead } from './short-read';

export interface EventSourceOptions {
  readonly eventStore: EventStore;
  readonly codec: EventCodec;
  readonly partitions: number;
  /** Throws if personal keys cannot be read now. */
  readonly check: () => Promise<unknown>;
}

/** The store's events for runners: decrypted, in batches. */
export class EventSource {
  constructor(private readonly options: EventSourceOptions) {}

  /** What the build can read: see `EventCodec.reads`. */
  get reads(): string {
    return this.options.codec.reads;
  }

  /** Events opened, in the same order. Throws when that cannot be done just now. */
  async open(found: readonly Found[]): Promise<ReadEvent[]> {
    if (found.length === 0) return [];
    const { codec, partitions, check } = this.options;
    return openAll(codec, found, partitions, check);
  }

  head(): Promise<bigint> {
    return this.options.eventStore.head();
  }

  /**
   * Everything after that position, up to the end of the store as of now; the last batch says how far that is. Throws
   * {@link ShortRead}.
   */
  async *batches(after: bigint, size: number): AsyncIterable<Batch> {
    const { eventStore } = this.options;
    const head = furthest(await eventStore.head(), after);
    let previous = after;
    let reached = after;
    // Checkpoints also move over events of others, so that these are read only once.
    const onPassed = (position: bigint) => {
      reached = position;
    };
    let found: Found[] = [];
    for await (const event of eventStore.readAll({ after, onPassed })) {
      found.push({ event, previous });
      previous = event.position;
      reached = previous;
      if (found.length < size) continue;
      yield { events: await this.open(found), upTo: previous, sequence: null };
      found = [];
    }
    if (reached < head) throw new ShortRead(reached, head);
    yield { events: await this.open(found), upTo: reached, sequence: null };
  }
}
