import { randomUUID } from 'node:crypto';
import { convertToCommandError, type EventStoreDBClient, UnavailableError, UnknownError } from '@eventstore/db-client';
import { unpackToCommandError } from '@eventstore/db-client/dist/streams/appendToStream/unpackError';
import { createStreamIdentifier, createUUID, parseUUID } from '@eventstore/db-client/dist/utils';
import { Empty } from '@eventstore/db-client/generated/shared_pb';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb';
import { streamCall } from './stream-call';

export interface AppendRequest {
  /** The store's name of the stream. */
  readonly name: string;
  readonly expected: bigint | 'no_stream' | 'any';
  readonly events: readonly EventToAppend[];
  /** Milliseconds after which the store is not to append them any more. */
  readonly deadlineMs: number;
}

interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata?: object;
}

interface AppendAnswer {
  /** Of the last event in its stream. */
  readonly revision: bigint;
  readonly position: bigint | undefined;
}

type Call = ReturnType<StreamsClient['batchAppend']>;

/** The most of one message in bytes, with room below the four megabytes that a store takes. */
const MESSAGE_SIZE = 3 * 1024 * 1024;

/** The call of each client that appends go over. */
const calls = new WeakMap<EventStoreDBClient, Promise<AppendCall>>();

/**
 * Appends over the one call that all appends of a client share. The client has a method for it, but that keeps what all
 * clients of a process await in one table: when one loses its call, the appends of the others fail though they are done,
 * and their answers then end the process. Rejects with the client's errors.
 */
export async function batchAppend(client: EventStoreDBClient, request: AppendRequest): Promise<AppendAnswer> {
  const call = calls.get(client) ?? begin(client);
  return (await call).append(request);
}

function begin(client: EventStoreDBClient): Promise<AppendCall> {
  const forget = () => {
    if (calls.get(client) === call) calls.delete(client);
  };
  const create = streamCall(client, 'batchAppend', (streams, ...how) => streams.batchAppend(...how));
  const call = create().then((stream) => new AppendCall(stream, forget));
  calls.set(client, call);
  call.catch(forget);
  return call;
}

/** One call of the store's BatchAppend: any number of appends, each answered by itself, in whatever order. */
export class AppendCall {
  private readonly awaited = new Map<string, PromiseWithResolvers<AppendAnswer>>();
  /** Why it ended, once it has. */
  private ended: Error | undefined;

  constructor(
    private readonly stream: Call,
    private readonly onEnd: () => void,
  ) {
    stream.on('data', (answer) => this.settle(answer));
    stream.on('error', (error) => this.end(convertToCommandError(error)));
    stream.on('end', () => this.end(new UnavailableError(undefined, 'The store ended the call that appends go over')));
  }

  append(request: AppendRequest): Promise<AppendAnswer> {
    if (this.ended) return Promise.reject(this.ended);
    const id = randomUUID();
    const answered = Promise.withResolvers<AppendAnswer>();
    this.awaited.set(id, answered);
    for (const message of messagesOf(id, request)) this.stream.write(message);
    return answered.promise;
  }

  private settle(answer: BatchAppendResp): void {
    const id = parseUUID(answer.getCorrelationId()) ?? '';
    const answered = this.awaited.get(id);
    this.awaited.delete(id);
    const success = answer.getSuccess();
    if (success) answered?.resolve(appendedAs(success));
    else answered?.reject(errorIn(answer));
  }

  private end(error: Error): void {
    this.ended = error;
    this.onEnd();
    for (const { reject } of this.awaited.values()) reject(error);
    this.awaited.clear();
  }
}

/** The client's error for what the store said. It knows none for an answer without details, such as a proxy may give. */
function errorIn(answer: BatchAppendResp): Error {
  const error = answer.getError();
  if (!error?.getDetails()) return new UnknownError(undefined, error?.getMessage() || 'An answer without a result');
  return unpackToCommandError(error, Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString());
}

function appendedAs(success: BatchAppendResp.Success): AppendAnswer {
  const position = success.getPosition()?.getCommitPosition();
  return {
    revision: BigInt(success.getCurrentRevision()),
    position: position === undefined ? undefined : BigInt(position),
  };
}

function* messagesOf(id: string, { events, ...request }: AppendRequest): Iterable<BatchAppendReq> {
  let message = new BatchAppendReq().setCorrelationId(createUUID(id)).setOptions(optionsOf(request));
  let size = 0;
  for (const event of events) {
    const [data, metadata] = [bytesOf(event.data), event.metadata ? bytesOf(event.metadata) : new Uint8Array()];
    const added = data.length + metadata.length;
    if (size > 0 && size + added > MESSAGE_SIZE) {
      yield message;
      message = new BatchAppendReq().setCorrelationId(createUUID(id));
      size = 0;
    }
    const proposed = new BatchAppendReq.ProposedMessage().setId(createUUID(event.id));
    proposed.getMetadataMap().set('type', event.type).set('content-type', 'application/json');
    message.addProposedMessages(proposed.setData(data).setCustomMetadata(metadata));
    size += added;
  }
  yield message.setIsFinal(true);
}

function optionsOf({ name, expected, deadlineMs }: Omit<AppendRequest, 'events'>): BatchAppendReq.Options {
  const options = new BatchAppendReq.Options().setStreamIdentifier(createStreamIdentifier(name));
  options.setDeadline(Timestamp.fromDate(new Date(Date.now() + deadlineMs)));
  if (expected === 'no_stream') return options.setNoStream(new Empty());
  if (expected === 'any') return options.setAny(new Empty());
  return options.setStreamPosition(`${expected}`);
}

const bytesOf = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));
