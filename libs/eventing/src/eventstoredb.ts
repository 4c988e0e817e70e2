import { setTimeout as delay } from 'node:timers/promises';
import {
  type AllStreamSubscription,
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  ErrorType,
  EventStoreDBClient,
  excludeSystemEvents,
  FORWARDS,
  isCommandError,
  jsonEvent,
  NO_STREAM,
  type RecordedEvent,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import type { Uuid } from '@yoyaku/kernel';
import {
  type AllOptions,
  type Appended,
  type EventMetadata,
  type EventStore,
  EventStoreUnavailable,
  type ExpectedRevision,
  GarbledAnswer,
  type NewEvent,
  type StoredEvent,
  type SubscribeOptions,
  WrongExpectedRevision,
} from './event-store';
import { subscribedEvent } from './eventstoredb-event';

/** The `$` keeps snapshots out of what readers of the whole store see. */
const SNAPSHOT = '$snapshot';
/** gRPC's status when a message cannot be decoded. */
const INTERNAL = 13;
/** Events that a limited read asks for beyond its limit. */
const SPARE = 7;
const APPEND_TIMEOUT = 5_000;
const CLOSE_TIMEOUT = 1_000;
const RECONNECT = { first: 50, most: 1_000 };

/** EventStoreDB (or KurrentDB, or our event-node) through its own client, which only the files of this name know. */
export class EventStoreDb implements EventStore {
  private readonly client: EventStoreDBClient;

  constructor(url: string) {
    this.client = EventStoreDBClient.connectionString(url);
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    const expectedRevision: AppendExpectedRevision = expected === 'no_stream' ? NO_STREAM : BigInt(expected);
    try {
      const appending = this.client.appendToStream(stream, events.map(toClient), { expectedRevision });
      const { nextExpectedRevision, position } = await within(APPEND_TIMEOUT, appending);
      return { revision: Number(nextExpectedRevision), position: position?.commit ?? 0n };
    } catch (error) {
      if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) {
        throw new WrongExpectedRevision(stream, expected);
      }
      throw translated(error);
    }
  }

  async *readStream(
    stream: string,
    {
      from,
      direction = 'forwards',
      limit,
    }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): AsyncIterable<StoredEvent> {
    const forwards = direction === 'forwards';
    const reading = this.client.readStream(stream, {
      direction: forwards ? FORWARDS : BACKWARDS,
      fromRevision: from === undefined ? (forwards ? START : END) : BigInt(from),
      maxCount: limit,
    });
    try {
      for await (const { event } of reading) if (event) yield fromClient(event as RecordedEvent);
    } catch (error) {
      if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) return;
      throw translated(error);
    } finally {
      await reading.cancel().catch(() => {});
    }
  }

  async *readAll({ limit, streamPrefixes, ...options }: AllOptions = {}): AsyncIterable<StoredEvent> {
    const isWanted = ({ stream, type }: StoredEvent) =>
      !type.startsWith('$') && (streamPrefixes?.some((prefix) => stream.startsWith(prefix)) ?? true);
    let { after } = options;
    let left = limit ?? Number.POSITIVE_INFINITY;
    // What is not wanted counts for the store: where much of it lies between, it is asked again, for more.
    for (let most = limit && limit + SPARE; ; most = most && most * 8) {
      let read = 0;
      for await (const event of this.readPage({ ...options, after, most })) {
        read += 1;
        const isNew = event.position !== after;
        after = event.position;
        if (!isNew || !isWanted(event)) continue;
        yield event;
        left -= 1;
        if (left <= 0) return;
      }
      if (most === undefined || read < most) return;
    }
  }

  async *subscribeToAll({ after, signal, streamPrefixes, onLive }: SubscribeOptions): AsyncIterable<StoredEvent> {
    let position = after === 'start' ? undefined : after;
    for (let pause = RECONNECT.first; !signal.aborted; pause = Math.min(RECONNECT.most, pause * 2)) {
      try {
        if (position === 'end') position = await this.head();
        for await (const event of this.connect(position, signal, streamPrefixes, onLive)) {
          position = event.position;
          pause = RECONNECT.first;
          yield event;
        }
      } catch {
        // Lost; tried again below.
      }
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  }

  async head(): Promise<bigint> {
    for await (const { position } of this.readAll({ direction: 'backwards', limit: 1 })) return position;
    return 0n;
  }

  async readSnapshot(stream: string): Promise<unknown> {
    for await (const { data } of this.readStream(`snapshot-${stream}`, { direction: 'backwards', limit: 1 }))
      return data;
    return undefined;
  }

  async writeSnapshot(stream: string, snapshot: object): Promise<void> {
    const event = jsonEvent({ type: SNAPSHOT, data: snapshot as Record<string, unknown> });
    const { nextExpectedRevision } = await this.client.appendToStream(`snapshot-${stream}`, event);
    if (nextExpectedRevision === 0n) await this.client.setStreamMetadata(`snapshot-${stream}`, { maxCount: 1 });
  }

  async ping(): Promise<void> {
    await this.head();
  }

  async close(): Promise<void> {
    // The client waits for every call to end, and some never do once their connection is gone.
    await within(CLOSE_TIMEOUT, this.client.dispose()).catch(() => {});
  }

  /** All events from a position on (forwards included), at most so many. */
  private async *readPage({
    after,
    direction = 'forwards',
    most,
  }: Pick<AllOptions, 'after' | 'direction'> & { most: number | undefined }): AsyncIterable<StoredEvent> {
    const forwards = direction === 'forwards';
    const start = forwards ? START : END;
    const reading = this.client.readAll({
      direction: forwards ? FORWARDS : BACKWARDS,
      fromPosition: after === undefined ? start : { commit: after, prepare: after },
      maxCount: most,
    });
    try {
      for await (const { event } of reading) if (event) yield fromClient(event as RecordedEvent);
    } catch (error) {
      throw translated(error);
    } finally {
      await reading.cancel().catch(() => {});
    }
  }

  /** One subscription, until it breaks. */
  private async *connect(
    after: bigint | undefined,
    signal: AbortSignal,
    prefixes: readonly string[] | undefined,
    onLive: (() => void) | undefined,
  ): AsyncIterable<StoredEvent> {
    const subscription: AllStreamSubscription = this.client.subscribeToAll({
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter: prefixes ? streamNameFilter({ prefixes: [...prefixes] }) : excludeSystemEvents(),
    });
    Object.assign(subscription, { convertGrpcEvent: subscribedEvent });
    const stop = () => subscription.destroy();
    signal.addEventListener('abort', stop);
    if (onLive) subscription.on('caughtUp', onLive);
    try {
      yield* subscription as unknown as AsyncIterable<StoredEvent>;
    } finally {
      signal.removeEventListener('abort', stop);
      await subscription.unsubscribe().catch(() => {});
    }
  }
}

/** The metadata as bytes: of text the client makes base64 first, and of that the bytes. */
const toClient = ({ id, type, data, metadata }: NewEvent) =>
  jsonEvent({ id, type, data, metadata: utf8.encode(JSON.stringify(metadata)) });

const utf8 = new TextEncoder();

const fromClient = ({ id, streamId, revision, position, type, data, metadata }: RecordedEvent): StoredEvent => ({
  id: id as Uuid,
  stream: streamId,
  revision: Number(revision),
  position: position?.commit ?? 0n,
  type,
  data: data as StoredEvent['data'],
  metadata: metadata as unknown as EventMetadata,
});

const typeOf = (error: unknown): ErrorType | undefined =>
  error instanceof Error && isCommandError(error) ? error.type : undefined;

/** Refusals of the store stay what they are; all else is its absence. */
function translated(error: unknown): unknown {
  if (error instanceof EventStoreUnavailable) return error;
  const type = typeOf(error);
  const refused = type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED || type === ErrorType.STREAM_DELETED;
  if (refused) return error;
  const isGarbled = error instanceof Error && 'code' in error && error.code === INTERNAL;
  return isGarbled ? new GarbledAnswer(error) : new EventStoreUnavailable(error);
}

/** The client settles a batch append only when the store answers; a store that hangs must not hang us. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EventStoreUnavailable(new Error(`No answer within ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
