import type { Instant, Message, Occurred, Uuid } from '@yoyaku/kernel';
import type { Actor } from './origin';
import type { Sealed, SealedCopy } from './stored-event';

/**
 * A stored event opened for reading: today's shape, personal data in clear (or null once erased). This is what
 * reactions and projections see.
 */
export type RecordedEvent<E extends Message = Message> = Occurred<E> &
  Readonly<{
    id: Uuid;
    stream: string;
    revision: number;
    position: bigint;
    tenantId: string;
    /** Who did it; the address is opened for those who ask (`EventCodec.addressesOf`). */
    actor: Pick<Actor, 'id' | 'role'>;
    correlationId: string;
    causationId: string;
    commandId: Uuid;
    /** W3C trace context of the command that led to it, where a trace was recorded. */
    traceparent?: string | undefined;
    at: Instant;
    sealed: Personal;
  }>;

/** What is personal in an event, as it stands in the store. */
export interface Personal {
  /** The fields of the event's data that it concerns. */
  readonly fields: readonly string[];
  readonly data: Sealed | null;
  /** The actor's address. */
  readonly actor: Sealed | null;
}

/**
 * Read models store personal data in its encrypted form, unless they must search it. It is decrypted when it is read
 * (`EventCodec.unseal`). So destroying the key also erases it here, at once and without any handler.
 */
export const sealedCopy = ({ id, sealed }: Pick<RecordedEvent, 'id' | 'sealed'>): SealedCopy | null =>
  sealed.data && { ...sealed.data, eventId: id };

/** The event's data with nothing personal in it. */
export function impersonal({
  data,
  sealed,
}: Pick<RecordedEvent, 'data' | 'sealed'>): Readonly<Record<string, unknown>> {
  return { ...data, ...Object.fromEntries(sealed.fields.map((field) => [field, null])) };
}
