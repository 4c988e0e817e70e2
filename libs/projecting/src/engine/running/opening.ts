import { causesOf, type EventCodec, partitionOf, type RecordedEvent, type StoredEvent } from '@yoyaku/eventing';
import { isTransient } from '@yoyaku/postgres';
import type { ReadEvent } from './read-event';

/** A stored event, and the position of the one before it. */
export interface Found {
  readonly event: StoredEvent;
  readonly previous: bigint;
}

/**
 * Opens stored events: decrypts personal data and upcasts old shapes. An event that cannot be opened stays as it is
 * stored and carries the reason, so that it does not stop projections that do not need it. If keys cannot be read now
 * (`check` throws, or this process lacks a master key), this throws, because that is not the fault of an event.
 */
export async function openAll(
  codec: EventCodec,
  found: readonly Found[],
  partitions: number,
  check: () => Promise<unknown>,
): Promise<ReadEvent[]> {
  const opened = await codec.openAll(found.map(({ event }) => event)).catch(() => undefined);
  if (opened) return opened.map((event, i) => readEvent(event, found[i] as Found, partitions));
  await check();
  const each: ReadEvent[] = [];
  for (const one of found) {
    try {
      const [event] = await codec.openAll([one.event]);
      each.push(readEvent(event as RecordedEvent, one, partitions));
    } catch (error) {
      if (isTransient(error)) throw error;
      await check();
      each.push({ ...readEvent(asStored(one.event), one, partitions), unreadable: error });
    }
  }
  return each;
}

const readEvent = (event: RecordedEvent, { previous }: Found, partitions: number): ReadEvent => ({
  event,
  previous,
  partition: partitionOf(event, partitions),
});

function asStored({ metadata, ...event }: StoredEvent): RecordedEvent {
  const { tenantId, commandId, occurredAt: at, actor } = metadata;
  return {
    ...event,
    ...causesOf(metadata),
    at,
    tenantId,
    commandId,
    actor: { id: actor.id, role: actor.role },
    sealed: { fields: [], data: null, actor: null },
  };
}
