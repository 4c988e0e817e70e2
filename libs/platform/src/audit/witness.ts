import type { StoredEvent } from '@yoyaku/eventing';
import type { Place } from './stream-harm';

/** An event that was seen in the store once. */
export interface KnownEvent extends Place {
  readonly id: string;
  readonly position: bigint;
}

/** Who saw the events when they were appended, and kept apart from the store where they stood. */
export interface Witness {
  /** Position of the last event that it saw; undefined where it saw none, or is not there. */
  seen(): Promise<bigint | undefined>;
  /** The events that it knows between two positions (the first excluded), in order. */
  eventsBetween(after: bigint, upTo: bigint): AsyncIterable<KnownEvent>;
}

/** The first of the known events that the stored ones, which go as far, lack; both in order. */
export async function firstMissing(
  known: AsyncIterable<KnownEvent>,
  stored: AsyncIterable<StoredEvent>,
): Promise<Place | null> {
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
