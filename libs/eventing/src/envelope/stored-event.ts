import type { Instant, Uuid } from '@yoyaku/kernel';

/** Text sealed with a person's key, as it stands in the store; see `pii.ts`. */
export interface Sealed {
  readonly subject: string;
  /** base64 of nonce (12 bytes), ciphertext, tag (16 bytes) */
  readonly box: string;
}

/** A copy of data that was encrypted in an event. Destroying the person's key erases the copy too. */
export interface SealedCopy extends Sealed {
  readonly eventId: Uuid;
}

/** What is stored beside an event's data. */
export interface EventMetadata {
  readonly tenantId: string;
  readonly actor: { readonly id: Uuid | null; readonly role: string; readonly $pii?: Sealed };
  /** As the store itself calls it, whose projections find events by it; see `causesOf`. */
  readonly $correlationId?: string;
  readonly $causationId?: string;
  /** The same two in events of earlier builds. */
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly commandId: Uuid;
  readonly occurredAt: Instant;
  readonly schemaVersion: number;
  /** W3C trace context of the command that led to it, where a trace was recorded. */
  readonly traceparent?: string | undefined;
  /** Hash of the stream's event before this one; null at its first. */
  readonly prevHash: string | null;
  readonly hash: string;
}

export interface NewEvent {
  readonly id: Uuid;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
}

/** An event as it is stored: personal data encrypted, in the shape of the version that wrote it. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Place in its stream, from 0. */
  readonly revision: number;
  /** Place in the whole store. It increases, with gaps. */
  readonly position: bigint;
  /**
   * Set if the event claims to be ours but is not valid: the reason. Readers that need the event stop there. Missing
   * metadata is filled in with placeholders.
   */
  readonly flaw?: string | undefined;
}

/** `booking` of `booking-0198…`: the part of a stream's name before the first dash. */
export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));

/** What follows the category: the id of the instance. */
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);
