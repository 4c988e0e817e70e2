import type { StreamReader } from '../store/stream-reader';
import { decodeEventFrame, typeOf } from '../wire/event-frame';
import { isEventFrame, resolvedLinkFrame } from '../wire/read-frames';

const LINK = '$>';
/** What a link's data says: a revision and the stream that it is of. */
const TARGET = /^(\d{1,15})@(.+)$/s;

/**
 * What a reader who wants links resolved gets instead of a frame: of a link both the event it leads to and the link
 * itself; the link alone where that event is deleted, or never was. Links to links are followed one step, as
 * EventStoreDB does.
 */
export function resolveLink(reader: StreamReader, frame: Buffer): Buffer {
  if (!isEventFrame(frame) || typeOf(frame) !== LINK) return frame;
  const [, revision, stream] = TARGET.exec(decodeEventFrame(frame).data.toString()) ?? [];
  return resolvedLinkFrame(frame, revision && stream ? reader.readOne(stream, Number(revision)) : undefined);
}
