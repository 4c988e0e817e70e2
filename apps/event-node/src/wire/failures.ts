import { FramingError } from './framing';
import { InvalidRequest, MalformedMessage, MissingMetadataProperty, UnforeseenRequest } from './write-requests';

/** gRPC's status codes, as far as the node uses them. */
const status = {
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const;

/** A call's end other than well. The client tells the kinds apart by the trailer `exception`. */
export class CallFailure extends Error {
  constructor(
    readonly code: (typeof status)[keyof typeof status],
    message: string,
    readonly trailers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const wrongExpectedVersion = (stream: string, expected: number, lastRevision: number): CallFailure =>
  new CallFailure(
    status.FAILED_PRECONDITION,
    `WrongExpectedVersion: stream ${stream}, expected ${expected}, actual ${lastRevision}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': asTrailer(stream),
      'expected-version': String(expected),
      'actual-version': String(lastRevision),
    },
  );

export const streamDeleted = (stream: string): CallFailure =>
  new CallFailure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': asTrailer(stream),
  });

export const maximumAppendSizeExceeded = (limit: number): CallFailure =>
  new CallFailure(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

export const timedOut = (): CallFailure => new CallFailure(status.ABORTED, 'Operation timed out');

export const consumerTooSlow = (): CallFailure =>
  new CallFailure(
    status.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  );

export const deadlineExceeded = (): CallFailure => new CallFailure(status.DEADLINE_EXCEEDED, 'Deadline exceeded');

export const unimplemented = (method: string | undefined): CallFailure =>
  new CallFailure(status.UNIMPLEMENTED, `event-node does not implement ${method}`);

export const shuttingDown = (): CallFailure => new CallFailure(status.UNAVAILABLE, 'The node is shutting down');

export const invalidArgument = (reason: string): CallFailure => new CallFailure(status.INVALID_ARGUMENT, reason);

const CALLERS_FAULTS = [InvalidRequest, MalformedMessage, FramingError];

/** The answer to a call that threw. An error that the client did not cause is answered without details. */
export function asFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof UnforeseenRequest) return new CallFailure(status.UNKNOWN, error.message);
  if (CALLERS_FAULTS.some((fault) => error instanceof fault)) return invalidArgument((error as Error).message);
  if (error instanceof MissingMetadataProperty) {
    return new CallFailure(status.INVALID_ARGUMENT, `Required Metadata Property '${error.message}' is missing`, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  }
  return new CallFailure(status.INTERNAL, error instanceof Error ? error.message : 'unknown error');
}

/** Trailers hold ASCII only. */
const asTrailer = (text: string): string => text.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
