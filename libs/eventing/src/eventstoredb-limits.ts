import { ErrorType, isCommandError } from '@eventstore/db-client';

/** Whether the store refused an append because its events are larger than it takes at once (by default 1 MiB). */
export const isTooLargeToAppend = (error: unknown): boolean =>
  error instanceof Error && isCommandError(error) && error.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED;
