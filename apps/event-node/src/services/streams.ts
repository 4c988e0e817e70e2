import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from '@grpc/grpc-js';
import { asFailure } from '../protocol/failures';
import type { Store } from '../store/store';
import { append } from './append';
import { BatchAppendCall } from './batch-append';
import { deleteStream } from './delete';
import { read } from './read';

const pass = (bytes: Buffer): Buffer => bytes;
const raw = { requestDeserialize: pass, responseSerialize: pass };

/** The service as the client knows it, but for messages: hot ones stay bytes. */
export const streamsDefinition = {
  read: { ...StreamsService.read, responseSerialize: pass },
  append: { ...StreamsService.append, ...raw },
  batchAppend: { ...StreamsService.batchAppend, ...raw },
  delete: { ...StreamsService.delete, ...raw },
  tombstone: { ...StreamsService.tombstone, ...raw },
};

/** event_store.client.streams.Streams over a store. */
export const streamsHandlers = (store: Store) => ({
  read: (call: ServerWritableStream<ReadReq, Buffer>) => {
    read(store, call).then(
      () => call.end(),
      (error: unknown) => call.destroy(asFailure(error)),
    );
  },
  append: (call: ServerReadableStream<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
    answerWith(append(store, call), answer),
  batchAppend: (call: ServerDuplexStream<Buffer, Buffer>) => {
    new BatchAppendCall(store, call);
  },
  delete: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
    answerWith(deleteStream(store, call, 'soft-delete'), answer),
  tombstone: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
    answerWith(deleteStream(store, call, 'tombstone'), answer),
});

function answerWith(response: Promise<Buffer>, answer: sendUnaryData<Buffer>): void {
  response.then(
    (bytes) => answer(null, bytes),
    (error: unknown) => answer(asFailure(error)),
  );
}
