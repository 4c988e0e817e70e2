import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event';

type Chained = Pick<StoredEvent, 'stream' | 'id' | 'type' | 'data'> & { metadata: Omit<EventMetadata, 'hash'> };

/**
 * SHA-256, in hex, over the RFC 8785 JSON of an event as it is stored (personal data sealed), its metadata without the
 * hash itself. The metadata holds the hash of the event before, which makes each stream a chain.
 */
export const hashOf = ({ stream, id, type, data, metadata }: Chained): string =>
  hash('sha256', canonicalize({ stream, id, type, data, metadata }) ?? '');

/** Completes an event with the hash over all its other parts. */
export function chain(stream: string, event: Omit<NewEvent, 'metadata'> & { metadata: Chained['metadata'] }): NewEvent {
  return { ...event, metadata: { ...event.metadata, hash: hashOf({ ...event, stream }) } };
}

/** Whether an event is what was once appended after the event with that hash (null: at its stream's beginning). */
export function isIntact({ metadata: { hash, ...metadata }, ...event }: StoredEvent, prevHash: string | null): boolean {
  return event.flaw === undefined && metadata.prevHash === prevHash && hash === hashOf({ ...event, metadata });
}
