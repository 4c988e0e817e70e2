import type { SlowConsumer } from '../reading/follow';
import type { Store } from '../store/store';
import type { GrpcCall } from '../wire/call';
import type { Handlers } from '../wire/server';
import { append } from './append';
import { BatchAppendCall } from './batch-append';
import { deleteStream } from './delete';
import { read } from './read';

const SERVICE = '/event_store.client.streams.Streams';

export interface StreamsOptions {
  /** Bytes of all events of one append. */
  maxAppendSize: number;
  slowConsumer: SlowConsumer;
}

/** event_store.client.streams.Streams over a store. */
export const streamsHandlers = (store: Store, { maxAppendSize, slowConsumer }: StreamsOptions): Handlers => ({
  [`${SERVICE}/Read`]: (call) => {
    read(store, slowConsumer, call).then(
      () => call.end(),
      (error: unknown) => call.fail(error),
    );
  },
  [`${SERVICE}/Append`]: (call) => answer(call, append(store, maxAppendSize, call)),
  [`${SERVICE}/BatchAppend`]: (call) => {
    new BatchAppendCall(store, maxAppendSize, call);
  },
  [`${SERVICE}/Delete`]: (call) => answer(call, deleteStream(store, call, 'soft-delete')),
  [`${SERVICE}/Tombstone`]: (call) => answer(call, deleteStream(store, call, 'tombstone')),
});

function answer(call: GrpcCall, response: Promise<Buffer>): void {
  response.then(
    (message) => {
      call.send(message);
      call.end();
    },
    (error: unknown) => call.fail(error),
  );
}
