import { Injectable } from '@nestjs/common';
import {
  type Actor,
  BrokenEvent,
  categoryOf,
  causesOf,
  EventCodec,
  EventStoreDb,
  NotReadableHere,
  type RecordedEvent,
  type StoredEvent,
} from '@yoyaku/eventing';
import { ensure, epochMs } from '@yoyaku/kernel';
import type { EventsQuery } from './history.dto';

/** The stored events for an auditor's replay: one line of JSON each, in the order of the whole store. */
@Injectable()
export class StoredEvents {
  constructor(
    private readonly store: EventStoreDb,
    private readonly codec: EventCodec,
  ) {}

  /** Throws `audit.position_not_reached` if it is to start at a position that history has not reached. */
  async ensureReached({ from }: EventsQuery): Promise<void> {
    if (from === undefined) return;
    const head = await this.store.head();
    ensure(BigInt(from) <= head, 'audit.position_not_reached', { path: 'from', head: String(head) });
  }

  /**
   * Reads only as fast as the lines are consumed. Ends at the head of the store, or with `follow` when the signal
   * aborts.
   */
  async *lines(query: EventsQuery, signal: AbortSignal): AsyncGenerator<string> {
    const after = query.from === undefined ? undefined : BigInt(query.from);
    const streamPrefixes = query.category === undefined ? undefined : [`${query.category}-`];
    const events = query.follow
      ? this.store.subscribeToAll({ after: after ?? 'start', streamPrefixes, signal })
      : this.store.readAll({ after, streamPrefixes });
    for await (const event of events) {
      if (signal.aborted) return;
      if (matches(event, query)) yield `${JSON.stringify(await this.view(event, query.decrypt === true))}\n`;
    }
  }

  /** The event as it is stored, or with `decrypt` with personal data in clear and the shape of today. */
  async view(event: StoredEvent, decrypt: boolean): Promise<object> {
    const { position, stream, revision, id, type, metadata } = event;
    const { occurredAt, tenantId, schemaVersion, prevHash, hash } = metadata;
    const { correlationId, causationId } = causesOf(metadata);
    const stored = { data: event.data, actor: metadata.actor };
    const { data, actor } = decrypt ? ((await this.opened(event)) ?? stored) : stored;
    const at = String(position);
    return {
      position: { commit: at, prepare: at },
      stream,
      revision,
      id,
      type,
      occurredAt,
      tenantId,
      actor,
      correlationId,
      causationId,
      schemaVersion,
      prevHash,
      hash,
      data,
    };
  }

  /** Undefined if this build, or any build, cannot read the event. The replay continues after it. */
  private async opened(event: StoredEvent): Promise<{ data: object; actor: Actor } | undefined> {
    const events = await this.codec.openAll([event]).catch((error) => {
      if (error instanceof NotReadableHere || error instanceof BrokenEvent) return undefined;
      throw error;
    });
    if (!events) return undefined;
    const [{ data, actor }] = events as [RecordedEvent];
    const [address] = (await this.codec.addressesOf(events)) as [Pick<Actor, 'ip' | 'userAgent'>];
    const shown = this.codec.shown(categoryOf(event.stream), event.type, data);
    return { data: shown, actor: { ...actor, ...address } };
  }
}

function matches({ type, metadata }: StoredEvent, query: EventsQuery): boolean {
  const { tenantId, actor, occurredAt } = metadata;
  return (
    (query.type === undefined || query.type === type) &&
    (query.tenantId === undefined || query.tenantId === tenantId) &&
    (query.actorId === undefined || query.actorId === actor.id) &&
    (query.since === undefined || epochMs(occurredAt) >= epochMs(query.since)) &&
    (query.until === undefined || epochMs(occurredAt) < epochMs(query.until))
  );
}
