import type { Store } from '../store/store';
import type { GrpcCall } from '../wire/call';
import type { ProposedEvent } from '../wire/event-frame';
import { maximumAppendSizeExceeded, streamDeleted, timedOut } from '../wire/failures';
import { parseAppend, UnforeseenRequest, type WriteOptions } from '../wire/write-requests';
import { appendSuccess, appendWrongRevision } from './append-answers';
import { sizeOf } from './append-size';

/**
 * Streams.Append: options, then events, one message each. Returns the AppendResp.
 * @param maxSize bytes of all its events
 */
export async function append(store: Store, maxSize: number, call: GrpcCall): Promise<Buffer> {
  const { options, events } = await receive(call, maxSize);
  const { stream, expected } = options;
  const outcome = await store.queue.write({
    stream,
    expected,
    change: { kind: 'append', events },
    isAbandoned: () => call.closed,
  });
  if (outcome.kind === 'written') return appendSuccess(outcome);
  if (outcome.kind === 'wrong-expected-revision') return appendWrongRevision(outcome, expected);
  throw outcome.kind === 'stream-deleted' ? streamDeleted(stream) : timedOut();
}

/** Resolves when the client has sent all; rejects at the first message that cannot be part of an append. */
function receive(call: GrpcCall, maxSize: number): Promise<{ options: WriteOptions; events: ProposedEvent[] }> {
  let options: WriteOptions | undefined;
  const events: ProposedEvent[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    call.receive(
      (bytes) => {
        const message = parseAppend(bytes);
        if (message.kind === 'options') {
          options = message.options;
          return;
        }
        size += sizeOf(message.event);
        if (size > maxSize) throw maximumAppendSizeExceeded(maxSize);
        events.push(message.event);
      },
      () => (options ? resolve({ options, events }) : reject(new UnforeseenRequest('options are missing'))),
    );
  });
}
