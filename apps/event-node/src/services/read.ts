import { randomUUID } from 'node:crypto';
import { AllFeed, StreamFeed } from '../reading/feeds';
import { compileFilter } from '../reading/filter';
import { follow, type Send, type SlowConsumer } from '../reading/follow';
import { resolveLink } from '../reading/links';
import { PAGE, pagesOfAll, pagesOfStream } from '../reading/pages';
import type { Store } from '../store/store';
import type { StreamReader } from '../store/stream-reader';
import type { GrpcCall } from '../wire/call';
import { streamDeleted } from '../wire/failures';
import { confirmationFrame, streamNotFoundFrame } from '../wire/read-frames';
import { parseRead, type ReadRequest } from '../wire/read-request';
import { UnforeseenRequest } from '../wire/write-requests';

/** Streams.Read: reads and subscriptions. Resolves when everything is sent, or the reader went away. */
export async function read(store: Store, slowConsumer: SlowConsumer, call: GrpcCall): Promise<void> {
  const request = parseRead(await call.message());
  if (request.mode.kind === 'subscription') await subscribe(store, request, call, slowConsumer);
  else await readOnce(store, request, request.mode, call);
}

async function subscribe(
  { log, reader, commits }: Store,
  request: ReadRequest,
  call: GrpcCall,
  slowConsumer: SlowConsumer,
): Promise<void> {
  const { stream, from, filter } = request;
  const feed =
    stream === undefined ? asArgument(() => new AllFeed(log, from, filter)) : new StreamFeed(reader, stream, from);
  await call.sendAll([confirmationFrame(randomUUID())]);
  await follow(feed, commits, call, sending(reader, request, call), slowConsumer);
}

async function readOnce(
  { log, reader }: Store,
  request: ReadRequest,
  { order, count }: Extract<ReadRequest['mode'], { kind: 'read' }>,
  call: GrpcCall,
): Promise<void> {
  const { stream, from, filter } = request;
  const send = sending(reader, request, call);
  if (stream !== undefined) {
    const presence = reader.presence(stream);
    if (presence === 'deleted') throw streamDeleted(stream);
    if (presence === 'missing') {
      await call.sendAll([streamNotFoundFrame(stream)]);
      return;
    }
  }
  const matches = filter && asArgument(() => compileFilter(filter));
  const limit = { ...PAGE, events: matches ? PAGE.events : Math.min(PAGE.events, count) };
  const pages =
    stream === undefined ? pagesOfAll(log, from, order, limit) : pagesOfStream(reader, stream, from, order, limit);
  let left = count;
  for (const { frames } of pages) {
    const wanted = (matches ? frames.filter(matches) : frames).slice(0, left);
    await send(wanted);
    left -= wanted.length;
    if (left <= 0 || call.closed) return;
  }
}

/** An event that a link leads to may be large: no more than one at a time is held. */
function sending(reader: StreamReader, { resolvesLinks }: ReadRequest, call: GrpcCall): Send {
  if (!resolvesLinks) return (frames) => call.sendAll(frames);
  return async (frames) => {
    let hadNoRoom = false;
    for (const frame of frames) hadNoRoom = (await call.sendAll([resolveLink(reader, frame)])) || hadNoRoom;
    return hadNoRoom;
  };
}

/** A broken regular expression is the caller's fault, of which EventStoreDB says no more than UNKNOWN. */
function asArgument<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnforeseenRequest(error.message);
    throw error;
  }
}
