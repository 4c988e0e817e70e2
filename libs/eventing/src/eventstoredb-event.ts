import type { RecordedEvent } from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { fromEpochMs, type Instant, type Uuid } from '@yoyaku/kernel';
import { brokenPart, claimsToBeOurs, completed, isObject } from './envelope';
import type { FoundEvent, OtherEvent, StoredEvent } from './event-store';
import type { StreamNames } from './stream-names';

/** What can be told of an event at once; JSON is parsed when it is asked for. */
interface Parts extends Pick<StoredEvent, 'id' | 'revision' | 'position' | 'type'> {
  /** As the store calls it. */
  readonly name: string;
  readonly storedAt: () => Instant;
  /** What is no JSON stands for itself. */
  readonly data: () => unknown;
  readonly metadata: () => unknown;
  /** Whether its metadata, though not parsed yet, has what makes it ours; see `claimsToBeOurs`. */
  readonly looksOurs: boolean;
}

/**
 * An event of `$all`: ours, or somebody else's. Whoever follows the whole store looks at little of most events, so their
 * JSON is parsed when it is asked for; the client would parse all of it at once.
 */
export function foundEvent(read: ReadResp.ReadEvent, names: StreamNames): FoundEvent {
  const event = read.getEvent() as ReadResp.ReadEvent.RecordedEvent;
  const bytes = event.getCustomMetadata_asU8();
  return classified(names, {
    id: (event.getId()?.getString() ?? '') as Uuid,
    name: textOf(event.getStreamIdentifier()?.getStreamName_asU8() ?? NOTHING),
    revision: Number(event.getStreamRevision()),
    position: BigInt(event.getCommitPosition()),
    type: event.getMetadataMap().get('type') ?? '',
    storedAt: () => fromEpochMs(Math.floor(Number(event.getMetadataMap().get('created') ?? 0) / TICKS_PER_MS)),
    data: () => parsed(event.getData_asU8()),
    metadata: () => parsed(bytes),
    looksOurs: looksOurs(bytes),
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
    storedAt: () => fromEpochMs(event.created.getTime()),
    data: () => event.data,
    metadata: () => event.metadata,
    looksOurs: false,
  });

/**
 * The one place that decides what is ours. An event with a whole envelope is, in a stream that could be. So is one of a
 * kind of stream that we have whose envelope is broken: it says that it is ours, and is read as one with a flaw. All
 * else is somebody else's, even in a stream that is called as one of ours.
 */
function classified(names: StreamNames, parts: Parts): FoundEvent {
  const { id, name, revision, position, type } = parts;
  const stream = names.ours(name);
  if (type.startsWith('$') || stream === undefined || !isOurs(names, stream, parts)) return otherEvent(names, parts);
  let read: Pick<StoredEvent, 'metadata' | 'data' | 'flaw'> | undefined;
  const contents = () => {
    read ??= contentsOf(parts);
    return read;
  };
  return {
    id,
    stream,
    revision,
    position,
    type: TYPE.test(type) ? type : NO_TYPE,
    get data() {
      return contents().data;
    },
    get metadata() {
      return contents().metadata;
    },
    get flaw() {
      return contents().flaw;
    },
  };
}

function isOurs(names: StreamNames, stream: string, { metadata, looksOurs }: Parts): boolean {
  const isOfOurKind = names.isOfOurKind(stream);
  // Most events: their metadata need not be parsed for this.
  if (isOfOurKind && looksOurs) return true;
  const found = metadata();
  return brokenPart(found) === undefined || (isOfOurKind && claimsToBeOurs(found));
}

function contentsOf({ type, data, metadata, storedAt }: Parts): Pick<StoredEvent, 'metadata' | 'data' | 'flaw'> {
  const found = { data: data(), metadata: metadata() };
  const part = brokenPart(found.metadata);
  const isSound = part === undefined && isObject(found.data) && TYPE.test(type);
  if (isSound) return { ...(found as Pick<StoredEvent, 'metadata' | 'data'>), flaw: undefined };
  return {
    data: isObject(found.data) ? found.data : {},
    metadata: completed(found.metadata, storedAt()),
    flaw: part ? `its metadata lacks, or has wrong: ${part}` : 'its type is no name, or its data is no JSON object',
  };
}

/** In a stream of ours, or one that describes it, by the name that we have for it. */
function otherEvent(names: StreamNames, { name, revision, position, type, data }: Parts): OtherEvent {
  const described = names.described(name);
  return {
    other: type.startsWith('$') ? 'system' : 'foreign',
    stream: names.ours(name) ?? name,
    describes: described,
    revision,
    position,
    type,
    get data() {
      return data();
    },
  };
}

/** What NATS, a log and PostgreSQL's JSON can hold; all of ours are. */
const TYPE = /^[\w-]{1,128}$/;
const NO_TYPE = 'Unnamed';
/** The store tells times in units of 100 nanoseconds. */
const TICKS_PER_MS = 10_000;
const NOTHING = new Uint8Array();
const OUR_BEGINNING = Buffer.from('{"tenantId":"');
const CHAINED = Buffer.from('"prevHash":');

function looksOurs({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return bytes.subarray(0, OUR_BEGINNING.length).equals(OUR_BEGINNING) && bytes.includes(CHAINED);
}

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

/** What the bytes say in JSON; themselves where they say nothing. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return bytes;
  }
}
