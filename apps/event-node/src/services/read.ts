import { randomUUID } from 'node:crypto';
import type { GrpcCall } from '../grpc/call';
import { invalidArgument, streamDeleted } from '../protocol/failures';
import { confirmationFrame, streamNotFoundFrame } from '../protocol/read-frames';
import { parseRead, type ReadRequest } from '../protocol/read-request';
import { AllFeed, StreamFeed } from '../reading/feeds';
import { compileFilter } from '../reading/filter';
import { follow } from '../reading/follow';
import { PAGE, pagesOfAll, pagesOfStream } from '../reading/pages';
import type { Store } from '../store/store';

/** Streams.Read: reads and subscriptions. Resolves when everything is sent, or the reader went away. */
export async function read(store: Store, call: GrpcCall): Promise<void> {
  const request = parseRead(await call.message());
  if (request.mode.kind === 'subscription') await subscribe(store, request, call);
  else await readOnce(store, request, request.mode, call);
}

async function subscribe({ log, reader, commits }: Store, { stream, from, filter }: ReadRequest, call: GrpcCall) {
  const feed =
    stream === undefined ? asArgument(() => new AllFeed(log, from, filter)) : new StreamFeed(reader, stream, from);
  await call.sendAll([confirmationFrame(randomUUID())]);
  await follow(feed, commits, call);
}

async function readOnce(
  { log, reader }: Store,
  { stream, from, filter }: ReadRequest,
  { order, count }: Extract<ReadRequest['mode'], { kind: 'read' }>,
  call: GrpcCall,
): Promise<void> {
  if (stream !== undefined) {
    const presence = reader.presence(stream);
    if (presence === 'deleted') throw streamDeleted(stream);
    if (presence === 'missing') return call.sendAll([streamNotFoundFrame(stream)]);
  }
  const matches = filter && asArgument(() => compileFilter(filter));
  const limit = { ...PAGE, events: matches ? PAGE.events : Math.min(PAGE.events, count) };
  const pages =
    stream === undefined ? pagesOfAll(log, from, order, limit) : pagesOfStream(reader, stream, from, order, limit);
  let left = count;
  for (const { frames } of pages) {
    const wanted = (matches ? frames.filter(matches) : frames).slice(0, left);
    await call.sendAll(wanted);
    left -= wanted.length;
    if (left <= 0 || call.closed) return;
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
