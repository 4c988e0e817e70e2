import { randomUUID } from 'node:crypto';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { invalidArgument, streamDeleted } from '../protocol/failures';
import { confirmationFrame, streamNotFoundFrame } from '../protocol/read-frames';
import { parseRead, type ReadRequest } from '../protocol/read-request';
import { AllFeed, StreamFeed } from '../reading/feeds';
import { compileFilter } from '../reading/filter';
import { follow } from '../reading/follow';
import { FrameSink } from '../reading/frame-sink';
import { PAGE, pagesOfAll, pagesOfStream } from '../reading/pages';
import type { Store } from '../store/store';

/** Streams.Read: reads and subscriptions. Resolves when everything is sent, or the reader went away. */
export async function read(store: Store, call: ServerWritableStream<ReadReq, Buffer>): Promise<void> {
  const request = parseRead(call.request);
  const sink = new FrameSink(call);
  if (request.mode.kind === 'subscription') await subscribe(store, request, sink);
  else await readOnce(store, request, request.mode, sink);
}

async function subscribe({ log, reader, commits }: Store, { stream, from, filter }: ReadRequest, sink: FrameSink) {
  const feed =
    stream === undefined ? asArgument(() => new AllFeed(log, from, filter)) : new StreamFeed(reader, stream, from);
  await sink.send([confirmationFrame(randomUUID())]);
  await follow(feed, commits, sink);
}

async function readOnce(
  { log, reader }: Store,
  { stream, from, filter }: ReadRequest,
  { order, count }: Extract<ReadRequest['mode'], { kind: 'read' }>,
  sink: FrameSink,
): Promise<void> {
  if (stream !== undefined) {
    const presence = reader.presence(stream);
    if (presence === 'deleted') throw streamDeleted(stream);
    if (presence === 'missing') return sink.send([streamNotFoundFrame(stream)]);
  }
  const matches = filter && asArgument(() => compileFilter(filter));
  const limit = { ...PAGE, events: matches ? PAGE.events : Math.min(PAGE.events, count) };
  const pages =
    stream === undefined ? pagesOfAll(log, from, order, limit) : pagesOfStream(reader, stream, from, order, limit);
  let left = count;
  for (const { frames } of pages) {
    const wanted = (matches ? frames.filter(matches) : frames).slice(0, left);
    await sink.send(wanted);
    left -= wanted.length;
    if (left <= 0 || sink.closed) return;
  }
}

/** A broken regular expression is the caller's fault. */
function asArgument<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidArgument(error.message);
    throw error;
  }
}
