import { EventStoreUnavailable } from '@yoyaku/eventing';
import { isTransient } from '@yoyaku/postgres';
import { ShortRead } from './short-read';
import { Unwritten } from './storage';

/** Whether the same may succeed when it is tried again: PostgreSQL or the event store is away, or others were in the way. */
export const isPassing = (error: unknown): boolean =>
  isTransient(error) || [EventStoreUnavailable, ShortRead, Unwritten].some((one) => error instanceof one);
