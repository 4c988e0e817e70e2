import type { Instant, Message, Occurred, Uuid } from '@yoyaku/kernel';
import type { Actor } from './command-context';

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
    actor: Actor;
    correlationId: string;
    causationId: string;
    commandId: Uuid;
    at: Instant;
  }>;
