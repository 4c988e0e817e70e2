import type { StoredEvent } from '@yoyaku/eventing';
import type { EventPlace } from './stream-harm';

/** An event that was seen in the store once. */
export interface KnownEvent extends EventPlace {
  readonly id: string;
  readonly position: bigint;
}

/** A record of the events, made when they were appended and kept apart from the store. */
export interface Witness {
  /** Position of the last event that it saw; undefined if it saw none, or is not available. */
  lastPosition(): Promise<bigint | undefined>;
  /** The events that it knows between two positions (the first excluded), in order. */
  eventsBetween(after: bigint, upTo: bigint): AsyncIterable<KnownEvent>;
}

/** The first known event that is missing among the stored ones. Both are in order and cover the same range. */
export async function firstMissing(
  known: AsyncIterable<KnownEvent>,
  stored: AsyncIterable<StoredEvent>,
): Promise<EventPlace | null> {
  const reading = stored[Symbol.asyncIterator]();
  try {
    let next = await reading.next();
    for await (const { id, stream, revision, position } of known) {
      while (!next.done && next.value.position < position) next = await reading.next();
      const isThere = !next.done && next.value.position === position && next.value.id === id;
      if (!isThere) return { stream, revision };
    }
    return null;
  } finally {
    await reading.return?.();
  }
}
