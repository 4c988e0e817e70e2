import { EventStoreUnavailable } from '@yoyaku/eventing';
import { isTransient } from '@yoyaku/postgres';
import { ShortRead } from './short-read';
import { Unwritten } from './storage';

/** Whether a retry may succeed: PostgreSQL or the event store was down, or there was a conflict with others. */
export const isPassing = (error: unknown): boolean =>
  isTransient(error) || [EventStoreUnavailable, ShortRead, Unwritten].some((one) => error instanceof one);
