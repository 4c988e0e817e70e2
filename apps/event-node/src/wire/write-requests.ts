import { type ProposedEvent, readMapEntry } from './event-frame';
import { MalformedMessage, WireReader as Reader, type WireReader } from './protobuf';

/**
 * What a writer expects of the stream: a revision, or one of the negative numbers that EventStoreDB uses for the rest
 * (they appear in its errors).
 */
export type ExpectedRevision = number;
export const ANY: ExpectedRevision = -2;
export const NO_STREAM: ExpectedRevision = -1;
export const STREAM_EXISTS: ExpectedRevision = -4;

export class InvalidRequest extends Error {}

/** A request that EventStoreDB does not look for either: it fails somewhere inside, and answers UNKNOWN. */
export class UnforeseenRequest extends InvalidRequest {}

export class MissingMetadataProperty extends Error {}

/** The options of Append, BatchAppend, Delete and Tombstone: one layout for all four. */
export interface WriteOptions {
  stream: string;
  expected: ExpectedRevision;
  /** Milliseconds since the Unix epoch. */
  deadline: number;
}

export type AppendMessage = { kind: 'options'; options: WriteOptions } | { kind: 'event'; event: ProposedEvent };

export interface BatchAppendMessage {
  /** UUID in whatever form the client sent it: the bytes go back as they came. */
  correlationId: Buffer;
  options: WriteOptions | undefined;
  events: ProposedEvent[];
  isFinal: boolean;
}

const NOTHING: Buffer = Buffer.alloc(0);
const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** AppendReq. Throws {@link InvalidRequest}, {@link MissingMetadataProperty} or {@link MalformedMessage}. */
export function parseAppend(message: Buffer): AppendMessage {
  const reader = new Reader(message);
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) return { kind: 'options', options: parseWriteOptions(reader.message()) };
    if (field === 2) return { kind: 'event', event: parseProposedEvent(reader.message()) };
    reader.skip();
  }
  throw new InvalidRequest('an append message holds either options or an event');
}

/** DeleteReq and TombstoneReq. Throws {@link InvalidRequest} or {@link MalformedMessage}. */
export function parseDelete(message: Buffer): WriteOptions {
  const reader = new Reader(message);
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) return parseWriteOptions(reader.message());
    reader.skip();
  }
  throw new UnforeseenRequest('options are missing');
}

/** The correlation id of a BatchAppendReq, whatever is wrong behind it. */
export function correlationIdOf(message: Buffer): Buffer | undefined {
  const reader = new Reader(message);
  return reader.field() === 1 ? reader.bytes() : undefined;
}

/** BatchAppendReq. Throws {@link InvalidRequest}, {@link MissingMetadataProperty} or {@link MalformedMessage}. */
export function parseBatchAppend(message: Buffer): BatchAppendMessage {
  const batch: BatchAppendMessage = { correlationId: NOTHING, options: undefined, events: [], isFinal: false };
  const reader = new Reader(message);
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) batch.correlationId = reader.bytes();
    else if (field === 2) batch.options = parseWriteOptions(reader.message());
    else if (field === 3) batch.events.push(parseProposedEvent(reader.message()));
    else if (field === 4) batch.isFinal = reader.varint() !== 0;
    else reader.skip();
  }
  return batch;
}

function parseWriteOptions(reader: WireReader): WriteOptions {
  let stream: string | undefined;
  let expected: ExpectedRevision | undefined;
  let deadline = Number.POSITIVE_INFINITY;
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) stream = parseStreamIdentifier(reader.message());
    else if (field === 2) expected = reader.varint();
    else if (field >= 3 && field <= 5) {
      expected = field === 3 ? NO_STREAM : field === 4 ? ANY : STREAM_EXISTS;
      reader.skip();
    } else if (field === 6) deadline = parseDuration(reader.message());
    else if (field === 7) deadline = Date.now() + parseDuration(reader.message());
    else reader.skip();
  }
  if (expected === undefined) throw new InvalidRequest('the expected revision is missing');
  return { stream: validStreamName(stream ?? ''), expected, deadline };
}

/** Throws {@link InvalidRequest} for a name that no stream can have. */
export function validStreamName(stream: string): string {
  if (stream === '' || stream === '$$') throw new UnforeseenRequest('the stream name is empty');
  if (stream.includes('\0')) throw new InvalidRequest('the stream name holds a zero character');
  return stream;
}

function parseStreamIdentifier(reader: WireReader): string {
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 3) return reader.string();
    reader.skip();
  }
  return '';
}

/** Milliseconds of a Timestamp or Duration. */
function parseDuration(reader: WireReader): number {
  let milliseconds = 0;
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    const value = reader.varint();
    if (field === 1) milliseconds += value * 1000;
    else if (field === 2) milliseconds += value / 1_000_000;
  }
  return milliseconds;
}

function parseProposedEvent(reader: WireReader): ProposedEvent {
  const event: ProposedEvent = { id: '', type: NOTHING, contentType: NOTHING, data: NOTHING, customMetadata: NOTHING };
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) event.id = parseUuid(reader.message());
    else if (field === 2) {
      const [key, value] = readMapEntry(reader.message());
      if (key === 'type') event.type = value;
      else if (key === 'content-type') event.contentType = value;
    } else if (field === 3) event.customMetadata = reader.bytes();
    else if (field === 4) event.data = reader.bytes();
    else reader.skip();
  }
  if (event.id === '') throw new InvalidRequest('an event has no id');
  if (event.type.length === 0) throw new MissingMetadataProperty('type');
  if (event.contentType.length === 0) throw new MissingMetadataProperty('content-type');
  return event;
}

/** UUID, sent either as text or as two 64-bit halves. */
function parseUuid(reader: WireReader): string {
  let id = '';
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1) id = parseStructuredUuid(reader.message());
    else if (field === 2) id = reader.string().toLowerCase();
    else reader.skip();
  }
  if (!UUID_TEXT.test(id)) throw new InvalidRequest(`'${id}' is not a UUID`);
  return id;
}

function parseStructuredUuid(reader: WireReader): string {
  const halves = [0n, 0n];
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === 1 || field === 2) halves[field - 1] = reader.varint64();
    else reader.skip();
  }
  const hex = halves.map((half) => BigInt.asUintN(64, half).toString(16).padStart(16, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export { MalformedMessage };
