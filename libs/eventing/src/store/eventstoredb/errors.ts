import { ErrorType, isCommandError } from '@eventstore/db-client';
import { DamagedHistory, EventStoreDenied, EventStoreUnavailable, GarbledAnswer, TooLargeToAppend } from '../errors';
import { TimedOut } from '../within';

/** gRPC's status when a message cannot be decoded. */
const INTERNAL = 13;

export const typeOf = (error: unknown): ErrorType | undefined =>
  error instanceof Error && isCommandError(error) ? error.type : undefined;

/** What became of a call that has no answer: `late` is what may yet come, or come to others; `gone` there is nobody. */
export function noAnswer(error: unknown): 'late' | 'gone' | undefined {
  if (error instanceof TimedOut) return 'late';
  switch (typeOf(error)) {
    case ErrorType.TIMEOUT:
    case ErrorType.DEADLINE_EXCEEDED:
      return 'late';
    case ErrorType.UNAVAILABLE:
    case ErrorType.CANCELLED:
      return 'gone';
    default:
      return undefined;
  }
}

const REFUSALS: ReadonlySet<ErrorType | undefined> = new Set([
  ErrorType.STREAM_DELETED,
  ErrorType.ACCESS_DENIED,
  ErrorType.WRONG_EXPECTED_VERSION,
]);

/** Whether the store answered, if only that this stream does not take it: somebody deleted it, or keeps it from us. */
export const isRefusal = (error: unknown): boolean => REFUSALS.has(typeOf(error));

/** Whether a subscription was ended because it is read more slowly than others write; it can be made again at once. */
export const wasTooSlow = (error: unknown): boolean =>
  typeOf(error) === ErrorType.TIMEOUT && (error as Error).message.includes('Consumer too slow');

/**
 * The error in our words. What the store does not refuse by name counts as no answer.
 *
 * @param stream that was read or appended to, if it was one of ours
 */
export function translated(error: unknown, stream?: string): unknown {
  if (error instanceof EventStoreUnavailable) return error;
  const type = typeOf(error);
  if (type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED) return new TooLargeToAppend(error);
  if (type === ErrorType.STREAM_DELETED) return stream ? new DamagedHistory(stream, 'it was deleted for good') : error;
  if (type === ErrorType.ACCESS_DENIED) return new EventStoreDenied(error);
  const isGarbled = error instanceof Error && 'code' in error && error.code === INTERNAL;
  return isGarbled ? new GarbledAnswer(error) : new EventStoreUnavailable(error);
}
