import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { InvalidRequest, MalformedMessage, MissingMetadataProperty } from './write-requests';

/** Bytes of all events of one append, as EventStoreDB's greatest setting. */
export const MAX_APPEND_SIZE = 16 * 1024 * 1024;

/** A call's end other than well. The client tells the kinds apart by the trailer `exception`. */
export class CallFailure extends Error implements Partial<StatusObject> {
  readonly metadata = new Metadata();

  constructor(
    readonly code: status,
    readonly details: string,
    trailers: Record<string, string> = {},
  ) {
    super(details);
    for (const [key, value] of Object.entries(trailers)) this.metadata.set(key, value);
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
      'actual-version': lastRevision < 0 ? '' : String(lastRevision),
    },
  );

export const streamDeleted = (stream: string): CallFailure =>
  new CallFailure(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': asTrailer(stream),
  });

export const accessDenied = (): CallFailure =>
  new CallFailure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const maximumAppendSizeExceeded = (): CallFailure =>
  new CallFailure(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_SIZE} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(MAX_APPEND_SIZE),
  });

export const timedOut = (): CallFailure => new CallFailure(status.ABORTED, 'Operation timed out');

export const shuttingDown = (): CallFailure => new CallFailure(status.UNAVAILABLE, 'The node is shutting down');

export const invalidArgument = (reason: string): CallFailure => new CallFailure(status.INVALID_ARGUMENT, reason);

/** What a call that threw is answered; what the client did not cause says no more than that. */
export function asFailure(error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  if (error instanceof InvalidRequest || error instanceof MalformedMessage) return invalidArgument(error.message);
  if (error instanceof MissingMetadataProperty) {
    return new CallFailure(status.INVALID_ARGUMENT, `Required Metadata Property '${error.message}' is missing`, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    });
  }
  return new CallFailure(status.INTERNAL, error instanceof Error ? error.message : 'unknown error');
}

/** Trailers hold ASCII only. */
const asTrailer = (text: string): string => text.replace(/[^\x20-\x7e]/g, encodeURIComponent);
