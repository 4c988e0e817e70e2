import type { EventStoreDBClient, StreamingRead } from '@eventstore/db-client';
import { ReadStream } from '@eventstore/db-client/dist/streams/utils/ReadStream';
import { Empty } from '@eventstore/db-client/generated/shared_pb';
import { ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { streamCall } from './stream-call';

export interface ReadAllRequest {
  /** The read begins with what stands there; at the end of the store that it comes from when absent. */
  readonly at: bigint | undefined;
  readonly direction: 'forwards' | 'backwards';
  readonly most: number | undefined;
  /** Only streams whose names in the store begin with one of these; empty: all. */
  readonly beginnings: readonly string[];
}

/** Events that the store looks through at a time for those that are wanted. */
const WINDOW = 1_000;
const { FORWARDS, BACKWARDS } = ReadReq.Options.ReadDirection;

/** A read of `$all` with a filter, which the store can do, though its client offers that for subscriptions alone. */
export function readAllOf<E>(
  client: EventStoreDBClient,
  request: ReadAllRequest,
  convert: (read: ReadResp.ReadEvent) => E,
): StreamingRead<E> {
  const message = messageOf(request);
  const create = streamCall(client, 'readAll', (streams, ...how) => streams.read(message, ...how), {
    requiresLeader: true,
  });
  return new ReadStream(create, convert as never, {}) as unknown as StreamingRead<E>;
}

function messageOf({ at, direction, most = Number.MAX_SAFE_INTEGER, beginnings }: ReadAllRequest): ReadReq {
  const all = new ReadReq.Options.AllOptions();
  if (at !== undefined) {
    const position = new ReadReq.Options.Position();
    position.setCommitPosition(`${at}`);
    position.setPreparePosition(`${at}`);
    all.setPosition(position);
  } else if (direction === 'forwards') all.setStart(new Empty());
  else all.setEnd(new Empty());
  const uuids = new ReadReq.Options.UUIDOption();
  uuids.setString(new Empty());
  const options = new ReadReq.Options();
  options.setAll(all);
  options.setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS);
  options.setCount(`${most}`);
  options.setUuidOption(uuids);
  if (beginnings.length === 0) options.setNoFilter(new Empty());
  else options.setFilter(filterOf(beginnings));
  const message = new ReadReq();
  message.setOptions(options);
  return message;
}

function filterOf(beginnings: readonly string[]): ReadReq.Options.FilterOptions {
  const names = new ReadReq.Options.FilterOptions.Expression();
  names.setPrefixList([...beginnings]);
  const filter = new ReadReq.Options.FilterOptions();
  filter.setStreamIdentifier(names);
  filter.setMax(WINDOW);
  filter.setCheckpointintervalmultiplier(1);
  return filter;
}
