import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import type { Uuid } from '@yoyaku/kernel';
import type { EventMetadata, StoredEvent } from './event-store';

/**
 * An event of a subscription. Whoever follows the whole store looks at little of most events, so JSON is parsed when it
 * is asked for; the client would parse all of it at once. What is no JSON is given as the client gives it: data as text,
 * metadata as bytes.
 */
export function subscribedEvent(read: ReadResp.ReadEvent): StoredEvent {
  const event = read.getEvent() as ReadResp.ReadEvent.RecordedEvent;
  let data: StoredEvent['data'] | undefined;
  let metadata: EventMetadata | undefined;
  return {
    id: (event.getId()?.getString() ?? '') as Uuid,
    stream: textOf(event.getStreamIdentifier()?.getStreamName_asU8() ?? NOTHING),
    revision: Number(event.getStreamRevision()),
    position: BigInt(event.getCommitPosition()),
    type: event.getMetadataMap().get('type') ?? '',
    get data() {
      data ??= parsed(event.getData_asU8(), textOf) as StoredEvent['data'];
      return data;
    },
    get metadata() {
      metadata ??= parsed(event.getCustomMetadata_asU8(), (bytes) => bytes) as EventMetadata;
      return metadata;
    },
  };
}

const NOTHING = new Uint8Array();

const textOf = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

function parsed(bytes: Uint8Array, otherwise: (bytes: Uint8Array) => unknown): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return otherwise(bytes);
  }
}
