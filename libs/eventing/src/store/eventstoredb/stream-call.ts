import type { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { CallOptions, Metadata } from '@grpc/grpc-js';

/** What we use of the client beside its public methods. */
interface Internals {
  GRPCStreamCreator<Call>(
    client: typeof StreamsClient,
    name: string,
    create: (streams: StreamsClient) => Call,
  ): () => Promise<Call>;
  callArguments(base: { requiresLeader?: boolean }, call: { deadline: number }): [Metadata, Partial<CallOptions>];
}

/**
 * Begins a call of the store's streams over that client's connection, which it tells of what becomes of it: for what the
 * store can do, and the client has no method for. The call has no deadline.
 *
 * @param name for the client's log
 */
export function streamCall<Call>(
  client: EventStoreDBClient,
  name: string,
  begin: (streams: StreamsClient, metadata: Metadata, options: Partial<CallOptions>) => Call,
  base: { requiresLeader?: boolean } = {},
): () => Promise<Call> {
  const internals = client as unknown as Internals;
  return internals.GRPCStreamCreator(StreamsClient, name, (streams) =>
    begin(streams, ...internals.callArguments(base, { deadline: Number.POSITIVE_INFINITY })),
  );
}
