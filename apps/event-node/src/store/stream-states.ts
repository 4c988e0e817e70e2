import { LRUCache } from 'lru-cache';
import { TOMBSTONE } from '../wire/event-frame';
import type { EventLog } from './event-log';
import {
  describedBy,
  METADATA_OF_METADATA,
  metadataStreamOf,
  NO_METADATA,
  parseMetadata,
  type StreamMetadata,
} from './stream-metadata';

/** What a stream is, apart from its events. */
export interface StreamState {
  /** -1 without events, {@link TOMBSTONE} when deleted for good. */
  readonly lastRevision: number;
  readonly metadata: StreamMetadata;
}

const CACHED_STREAMS = 65_536;

/** The states of streams as they are stored, cached. */
export class StreamStates {
  private readonly cache = new LRUCache<string, StreamState>({ max: CACHED_STREAMS });

  constructor(private readonly log: EventLog) {}

  get(stream: string): StreamState {
    const cached = this.cache.get(stream);
    if (cached) return cached;
    const state = this.load(stream);
    this.cache.set(stream, state);
    return state;
  }

  set(stream: string, state: StreamState): void {
    this.cache.set(stream, state);
  }

  private load(stream: string): StreamState {
    const described = describedBy(stream);
    if (described !== undefined) {
      // The metadata of a stream that was deleted for good is deleted with it.
      const deleted = this.log.lastRevision(described) === TOMBSTONE;
      return { lastRevision: deleted ? TOMBSTONE : this.log.lastRevision(stream), metadata: METADATA_OF_METADATA };
    }
    return { lastRevision: this.log.lastRevision(stream), metadata: this.loadMetadata(stream) };
  }

  private loadMetadata(stream: string): StreamMetadata {
    const metadataStream = metadataStreamOf(stream);
    const position = this.log.positionOf(metadataStream, this.log.lastRevision(metadataStream));
    return position === undefined ? NO_METADATA : parseMetadata(this.log.factsAt(position).data);
  }
}
