import type { RecordedEvent } from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { fromEpochMs, type Uuid } from '@yoyaku/kernel';
import { brokenPart, claimsToBeOurs, completed, isObject } from '../../envelope/envelope';
import type { EventMetadata, StoredEvent } from '../../envelope/stored-event';
import type { FoundEvent, OtherEvent } from '../event-store';
import type { StreamNames } from './stream-names';

/** An event as it was read. */
interface Parts extends Pick<StoredEvent, 'id' | 'revision' | 'position' | 'type'> {
  /** As the store calls it. */
  readonly name: string;
  /** Milliseconds of the epoch. */
  readonly storedAt: number;
  /** The bytes as they are stored, or what the client has made of them. */
  readonly data: unknown;
  readonly metadata: unknown;
}

/**
 * An event of `$all`: ours, or somebody else's. Whoever follows the whole store looks at little of most events, so their
 * JSON is parsed when it is asked for; the client would parse all of it at once.
 */
export function foundEvent(read: ReadResp.ReadEvent, names: StreamNames): FoundEvent {
  const event = read.getEvent() as ReadResp.ReadEvent.RecordedEvent;
  const about = event.getMetadataMap();
  return classified(names, {
    id: (event.getId()?.getString() ?? '') as Uuid,
    name: textOf(event.getStreamIdentifier()?.getStreamName_asU8() ?? NOTHING),
    revision: Number(event.getStreamRevision()),
    position: BigInt(event.getCommitPosition()),
    type: about.get('type') ?? '',
    storedAt: Math.floor(Number(about.get('created') ?? 0) / TICKS_PER_MS),
    data: event.getData_asU8(),
    metadata: event.getCustomMetadata_asU8(),
  });
}

/** The same of an event that the client has read of a stream. */
export const foundInStream = (event: RecordedEvent, names: StreamNames): FoundEvent =>
  classified(names, {
    id: event.id as Uuid,
    name: event.streamId,
    revision: Number(event.revision),
    position: event.position?.commit ?? 0n,
    type: event.type,
    storedAt: event.created.getTime(),
    data: event.data,
    metadata: event.metadata,
  });

/**
 * The one place that decides which events are ours. An event with a complete envelope is ours if its stream could be.
 * An event with a broken envelope is ours if its stream is of a kind that we have: it claims to be ours, and is read as
 * an event with a flaw. All others belong to somebody else, even in a stream with a name like ours.
 */
function classified(names: StreamNames, parts: Parts): FoundEvent {
  const stream = names.ours(parts.name);
  const isOurs = stream !== undefined && !parts.type.startsWith('$') && claimsStream(names, stream, parts);
  return isOurs ? eventOfOurs(stream, parts) : otherEvent(names, parts);
}

function claimsStream(names: StreamNames, stream: string, { metadata }: Parts): boolean {
  const isOfOurKind = names.isOfOurKind(stream);
  // Most events: their metadata need not be parsed for this.
  if (isOfOurKind && looksOurs(metadata)) return true;
  const found = parsed(metadata);
  return brokenPart(found) === undefined || (isOfOurKind && claimsToBeOurs(found));
}

/** Parses what is asked for, once. */
function eventOfOurs(stream: string, parts: Parts): StoredEvent {
  const { id, revision, position } = parts;
  const type = TYPE.test(parts.type) ? parts.type : NO_TYPE;
  let contents: unknown;
  let envelope: Envelope | undefined;
  return {
    id,
    stream,
    revision,
    position,
    type,
    get data() {
      contents ??= parsed(parts.data);
      return isObject(contents) ? contents : {};
    },
    get metadata() {
      envelope ??= envelopeOf(parts);
      return envelope.metadata;
    },
    get flaw() {
      envelope ??= envelopeOf(parts);
      if (envelope.broken) return `its metadata lacks, or has wrong: ${envelope.broken}`;
      const isSound = type === parts.type && this.data === contents;
      return isSound ? undefined : 'its type is no name, or its data is no JSON object';
    },
  };
}

interface Envelope {
  readonly metadata: EventMetadata;
  /** The first part that is missing or is not what it must be. */
  readonly broken: string | undefined;
}

function envelopeOf({ metadata, storedAt }: Parts): Envelope {
  const found = parsed(metadata);
  const broken = brokenPart(found);
  return { metadata: broken ? completed(found, fromEpochMs(storedAt)) : (found as EventMetadata), broken };
}

/** An event of others. Its stream has our name for it, if it is one of ours or describes one. */
function otherEvent(names: StreamNames, { name, revision, position, type, data }: Parts): OtherEvent {
  return {
    other: type.startsWith('$') ? 'system' : 'foreign',
    stream: names.ours(name) ?? name,
    describes: names.described(name),
    revision,
    position,
    type,
    get data() {
      return parsed(data);
    },
  };
}

/** Names that NATS, a log and PostgreSQL's JSON can all hold. Those of our event types match it. */
const TYPE = /^[\w-]{1,128}$/;
const NO_TYPE = 'Unnamed';
/** The store tells times in units of 100 nanoseconds. */
const TICKS_PER_MS = 10_000;
const NOTHING = new Uint8Array();
const OUR_BEGINNING = Buffer.from('{"tenantId":"');
const OUR_END = { begins: Buffer.from(',"hash":"'), ends: Buffer.from('"}'), hash: 64 };
const END_LENGTH = OUR_END.begins.length + OUR_END.hash + OUR_END.ends.length;

/** Whether metadata that was not parsed yet begins and ends as what we append does: then it claims to be ours. */
function looksOurs(metadata: unknown): boolean {
  if (!(metadata instanceof Uint8Array) || metadata.length < OUR_BEGINNING.length + END_LENGTH) return false;
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const end = bytes.subarray(-END_LENGTH);
  const [begins, ends] = [end.subarray(0, OUR_END.begins.length), end.subarray(-OUR_END.ends.length)];
  return (
    bytes.subarray(0, OUR_BEGINNING.length).equals(OUR_BEGINNING) &&
    begins.equals(OUR_END.begins) &&
    ends.equals(OUR_END.ends)
  );
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

/** The value of bytes in JSON; the bytes themselves if they are no JSON; a value that is parsed already as it is. */
function parsed(found: unknown): unknown {
  if (!(found instanceof Uint8Array)) return found;
  try {
    return JSON.parse(textOf(found));
  } catch {
    return found;
  }
}
