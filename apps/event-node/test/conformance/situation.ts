import { randomUUID } from 'node:crypto';
import { ErrorType, type EventStoreDBClient, isCommandError } from '@eventstore/db-client';
import { happened, numbers } from '../support';

/** What is asked of a server in one situation, and what a real EventStoreDB (23.10.6) was seen to answer. */
export interface Situation {
  readonly when: string;
  readonly ask: (stage: Stage) => Promise<unknown>;
  readonly answer: unknown;
}

/** A client, and a stream of its own for each situation, so that all may be asked of a server that others use. */
export class Stage {
  readonly stream = `conformance-${randomUUID()}`;

  constructor(readonly client: EventStoreDBClient) {}

  /** Appends events numbered from `first` on. */
  fill = (count: number, first = 0) =>
    this.client.appendToStream(
      this.stream,
      Array.from({ length: count }, (_, n) => happened(first + n)),
    );

  append = (events: Parameters<EventStoreDBClient['appendToStream']>[1], expectedRevision: Expected = 'any') =>
    this.client.appendToStream(this.stream, events, { expectedRevision }).then(toldAppend, toldError);

  /** The numbers of the events that can be read. */
  read = (options: Parameters<EventStoreDBClient['readStream']>[1] = {}) =>
    numbers(this.client.readStream(this.stream, options)).catch(toldError);
}

export type Expected = 'any' | 'no_stream' | 'stream_exists' | bigint;

type Appended = Awaited<ReturnType<EventStoreDBClient['appendToStream']>>;

const toldAppend = ({ nextExpectedRevision, position }: Appended): string =>
  `stored up to ${nextExpectedRevision}${position ? '' : ', no position'}`;

/** An error as its receiver can tell it from others: kind and facts; where there is none, the status of gRPC. */
export function toldError(error: unknown): string {
  if (!(error instanceof Error) || !isCommandError(error)) return `not told: ${error}`;
  switch (error.type) {
    case ErrorType.WRONG_EXPECTED_VERSION:
      return `${error.type}: expected ${error.expectedVersion}, actual ${error.actualVersion}`;
    case ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED:
      return `${error.type}: ${error.maxAppendSize}`;
    case ErrorType.UNKNOWN:
      return `status ${error.code}`;
    default:
      return error.type;
  }
}
