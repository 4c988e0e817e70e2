import { fieldSize, MalformedMessage, varintSize, WireReader, WireWriter } from './protobuf';

/** An event as a client proposes it. */
export interface ProposedEvent {
  /** UUID, lower case. */
  id: string;
  type: Buffer;
  contentType: Buffer;
  data: Buffer;
  customMetadata: Buffer;
}

/** Where and when the store put it. */
export interface Placement {
  stream: Buffer;
  revision: number;
  position: number;
  /** Milliseconds since the Unix epoch. */
  created: number;
}

/** The revision of a tombstone. Inside the node a number beyond all revisions; on the wire the greatest int64. */
export const TOMBSTONE = Number.MAX_SAFE_INTEGER;
const TOMBSTONE_ON_THE_WIRE = Buffer.from('ffffffffffffffff7f', 'hex');

const TYPE = 'type';
const CONTENT_TYPE = 'content-type';
const CREATED = 'created';
/** `created` counts 100 ns ticks, as text. */
const TICKS_PER_MILLISECOND = '0000';

const ID_SIZE = fieldSize(fieldSize(36));
const entrySize = (key: string, valueSize: number) => fieldSize(fieldSize(key.length) + fieldSize(valueSize));

/**
 * Serializes a ReadResp holding the event: the form in which events are stored and sent.
 * ReadResp { ReadEvent event = 1 { RecordedEvent event = 1, commit_position = 3 } }
 */
export function encodeEventFrame(event: ProposedEvent, { stream, revision, position, created }: Placement): Buffer {
  const ticks = `${created}${TICKS_PER_MILLISECOND}`;
  const positionSize = 1 + varintSize(position);
  const streamSize = fieldSize(stream.length);
  const revisionSize = 1 + (revision === TOMBSTONE ? TOMBSTONE_ON_THE_WIRE.length : varintSize(revision));
  const typeSize = entrySize(TYPE, event.type.length);
  const contentTypeSize = entrySize(CONTENT_TYPE, event.contentType.length);
  const createdSize = entrySize(CREATED, ticks.length);
  const recordedSize =
    ID_SIZE +
    fieldSize(streamSize) +
    revisionSize +
    2 * positionSize +
    typeSize +
    contentTypeSize +
    createdSize +
    fieldSize(event.customMetadata.length) +
    fieldSize(event.data.length);
  const readEventSize = fieldSize(recordedSize) + positionSize;

  const writer = new WireWriter(fieldSize(readEventSize));
  writer.open(1, readEventSize);
  writer.open(1, recordedSize);
  writer.open(1, fieldSize(36));
  writer.asciiField(2, event.id);
  writer.open(2, streamSize);
  writer.bytesField(3, stream);
  if (revision === TOMBSTONE) writer.rawVarintField(3, TOMBSTONE_ON_THE_WIRE);
  else writer.varintField(3, revision);
  writer.varintField(4, position);
  writer.varintField(5, position);
  writer.open(6, fieldSize(TYPE.length) + fieldSize(event.type.length));
  writer.asciiField(1, TYPE);
  writer.bytesField(2, event.type);
  writer.open(6, fieldSize(CONTENT_TYPE.length) + fieldSize(event.contentType.length));
  writer.asciiField(1, CONTENT_TYPE);
  writer.bytesField(2, event.contentType);
  writer.open(6, fieldSize(CREATED.length) + fieldSize(ticks.length));
  writer.asciiField(1, CREATED);
  writer.asciiField(2, ticks);
  writer.bytesField(7, event.customMetadata);
  writer.bytesField(8, event.data);
  writer.varintField(3, position);
  return writer.buffer;
}

/** What the node itself needs to know of a stored event. */
export interface EventFacts {
  id: string;
  stream: string;
  revision: number;
  type: string;
  /** Milliseconds since the Unix epoch. */
  created: number;
  data: Buffer;
}

/** Reads back a frame of {@link encodeEventFrame}; the data shares the frame's memory. */
export function decodeEventFrame(frame: Buffer): EventFacts {
  const facts: EventFacts = { id: '', stream: '', revision: 0, type: '', created: 0, data: frame };
  const event = recordedEvent(frame);
  for (let field = event.field(); field !== 0; field = event.field()) {
    if (field === 1) facts.id = seek(event.message(), 2).string();
    else if (field === 2) facts.stream = seek(event.message(), 3).string();
    else if (field === 3) facts.revision = Math.min(event.varint(), TOMBSTONE);
    else if (field === 6) {
      const [key, value] = readMapEntry(event.message());
      if (key === TYPE) facts.type = value.toString();
      else if (key === CREATED)
        facts.created = Number(value.toString('latin1', 0, value.length - TICKS_PER_MILLISECOND.length));
    } else if (field === 8) facts.data = event.bytes();
    else event.skip();
  }
  return facts;
}

/** Undefined where the frame was damaged on disk: it then belongs to no stream, but stays where an audit finds it. */
export function decodeIfWhole(frame: Buffer): EventFacts | undefined {
  try {
    return decodeEventFrame(frame);
  } catch (error) {
    if (error instanceof MalformedMessage) return undefined;
    throw error;
  }
}

/** The serialized RecordedEvent in a frame; it shares the frame's memory. */
export const recordedEventOf = (frame: Buffer): Buffer => seek(seek(new WireReader(frame), 1).message(), 1).bytes();

export const positionOf = (frame: Buffer): number => seek(seek(new WireReader(frame), 1).message(), 3).varint();

export const streamOf = (frame: Buffer): string => seek(seek(recordedEvent(frame), 2).message(), 3).string();

/** The type is the first entry of the metadata that {@link encodeEventFrame} writes. */
export const typeOf = (frame: Buffer): string => seek(seek(recordedEvent(frame), 6).message(), 2).string();

/** Reads an entry of a map<string, string>; the value shares the message's memory. */
export function readMapEntry(entry: WireReader): [key: string, value: Buffer] {
  let key = '';
  let value: Buffer = Buffer.alloc(0);
  for (let field = entry.field(); field !== 0; field = entry.field()) {
    if (field === 1) key = entry.string();
    else if (field === 2) value = entry.bytes();
    else entry.skip();
  }
  return [key, value];
}

const recordedEvent = (frame: Buffer): WireReader => seek(seek(new WireReader(frame), 1).message(), 1).message();

/** Moves to the first field of this number. */
function seek(reader: WireReader, wanted: number): WireReader {
  for (let field = reader.field(); field !== wanted; field = reader.field()) {
    if (field === 0) throw new MalformedMessage(`no field ${wanted}`);
    reader.skip();
  }
  return reader;
}
