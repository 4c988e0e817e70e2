import { NotReadableHere, type RecordedEvent } from '@yoyaku/eventing';
import { type Instant, now } from '@yoyaku/kernel';

/** An event as projections get it. */
export interface ReadEvent {
  readonly event: RecordedEvent;
  readonly partition: number;
  /** Position of the event before it in the whole store. */
  readonly previous: bigint;
  /** Why it could not be opened. Its data is then as stored, and projections that handle it stop there. */
  readonly unreadable?: unknown;
}

/** Why something stopped: the event that cannot be applied, and the error. */
export interface Failure {
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly error: string;
  readonly at: Instant;
  /** Where a newer build is needed to read the event: what the build reads that could not, see `EventCodec.reads`. */
  readonly refusedBy?: string;
}

/** `reads` is what this build can read. */
export function failureOf({ event }: ReadEvent, error: unknown, reads?: string): Failure {
  const { id, type, stream, revision, position } = event;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    eventId: id,
    type,
    stream,
    revision,
    position: `${position}`,
    error: text,
    at: now(),
    refusedBy: error instanceof NotReadableHere ? reads : undefined,
  };
}
