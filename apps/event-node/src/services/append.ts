import type { ServerReadableStream } from '@grpc/grpc-js';
import { appendSuccess, appendWrongRevision } from '../protocol/append-answers';
import type { ProposedEvent } from '../protocol/event-frame';
import { maximumAppendSizeExceeded, streamDeleted, timedOut } from '../protocol/failures';
import { type AppendMessage, InvalidRequest, parseAppend, type WriteOptions } from '../protocol/write-requests';
import type { Store } from '../store/store';
import { isTooLarge, sizeOf } from './append-size';

/** Streams.Append: options, then events, one message each. Returns the AppendResp. */
export async function append(store: Store, call: ServerReadableStream<Buffer, Buffer>): Promise<Buffer> {
  const { options, events } = await receive(call);
  const { stream, expected } = options;
  const outcome = await store.queue.write({
    stream,
    expected,
    change: { kind: 'append', events },
    isAbandoned: () => call.cancelled,
  });
  if (outcome.kind === 'written') return appendSuccess(outcome);
  if (outcome.kind === 'wrong-expected-revision') return appendWrongRevision(outcome, expected);
  throw outcome.kind === 'stream-deleted' ? streamDeleted(stream) : timedOut();
}

async function receive(call: AsyncIterable<Buffer>): Promise<{ options: WriteOptions; events: ProposedEvent[] }> {
  let options: WriteOptions | undefined;
  const events: ProposedEvent[] = [];
  let size = 0;
  for await (const bytes of call) {
    const message: AppendMessage = parseAppend(bytes);
    if (message.kind === 'options') {
      options ??= message.options;
      continue;
    }
    size += sizeOf(message.event);
    if (isTooLarge(size)) throw maximumAppendSizeExceeded();
    events.push(message.event);
  }
  if (!options) throw new InvalidRequest('options are missing');
  return { options, events };
}
