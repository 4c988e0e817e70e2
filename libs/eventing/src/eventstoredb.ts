import {
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  ErrorType,
  type EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  type RecordedEvent,
  type ResolvedEvent,
  START,
  type StreamingRead,
} from '@eventstore/db-client';
import type { Uuid } from '@yoyaku/kernel';
import {
  type AllOptions,
  type Appended,
  type EventMetadata,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
  type SubscribeOptions,
  WrongExpectedRevision,
} from './event-store';
import { Connection, type Report } from './eventstoredb-connection';
import { translated, typeOf } from './eventstoredb-errors';
import { subscribed } from './eventstoredb-subscription';
import { SilenceWatch, TimedOut, within } from './within';

/** The `$` keeps snapshots out of what readers of the whole store see. */
const SNAPSHOT = '$snapshot';
/** Events that a limited read asks for beyond its limit. */
const SPARE = 7;
/** Of appends that name no deadline of their own, in milliseconds. */
const APPEND_TIMEOUT = 2_500;
/** The store is told a moment by our clock after which an append is not wanted; its own may be ahead by so much, in ms. */
const CLOCKS_APART = 7_500;
/** The store is silent when it answers nothing for so long, in milliseconds; shorter than the deadline of an append. */
const SILENCE = 2_000;
/** A read of which nothing comes for so long, in milliseconds, has failed even while others are answered. */
const READ_PATIENCE = 10_000;
const PROBE = { stream: 'probe', type: '$probe' };

/**
 * EventStoreDB (or KurrentDB, or our event-node) through its own client, which only the files of this name know.
 *
 * No call waits for ever: an append has a deadline, a read fails when it makes no progress. After a call that got no
 * answer others of its kind are refused at once; see {@link Connection}. Reads and appends have a connection each, for a
 * store may read that does not write.
 */
export class EventStoreDb implements EventStore {
  private readonly reads: Connection;
  private readonly writes: Connection;

  constructor(
    url: string,
    private readonly report: Report = () => {},
  ) {
    const append = (client: EventStoreDBClient) => keepLast(client, PROBE.stream, PROBE.type, {});
    this.reads = new Connection({ url, what: 'reads', silence: SILENCE, probe: readLast, report });
    this.writes = new Connection({ url, what: 'appends', silence: SILENCE, probe: append, report });
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs = APPEND_TIMEOUT,
  ): Promise<Appended> {
    this.writes.check();
    const expectedRevision: AppendExpectedRevision = expected === 'no_stream' ? NO_STREAM : BigInt(expected);
    try {
      const options = { expectedRevision, deadline: deadlineMs + CLOCKS_APART };
      const appending = this.writes.client.appendToStream(stream, events.map(toClient), options);
      const { nextExpectedRevision, position } = await within(deadlineMs, appending);
      this.writes.heard();
      return { revision: Number(nextExpectedRevision), position: position?.commit ?? 0n };
    } catch (error) {
      if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) {
        this.writes.heard();
        throw new WrongExpectedRevision(stream, expected);
      }
      this.writes.failed(error);
      throw translated(error);
    }
  }

  get takesWrites(): boolean {
    return this.writes.answers && this.reads.answers;
  }

  async untilAnswers(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    await this.writes.untilAnswers(ms);
    await this.reads.untilAnswers(deadline - performance.now());
  }

  readStream(
    stream: string,
    {
      from,
      direction = 'forwards',
      limit,
    }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): AsyncIterable<StoredEvent> {
    const forwards = direction === 'forwards';
    return this.read((client) =>
      client.readStream(stream, {
        direction: forwards ? FORWARDS : BACKWARDS,
        fromRevision: from === undefined ? (forwards ? START : END) : BigInt(from),
        maxCount: limit,
        requiresLeader: true,
      }),
    );
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

  subscribeToAll(options: SubscribeOptions): AsyncIterable<StoredEvent> {
    return subscribed(
      {
        head: () => this.head(),
        reaches: (position) => this.reaches(position),
        connection: () => this.reads,
        report: this.report,
      },
      options,
    );
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
    this.writes.check();
    try {
      await keepLast(this.writes.client, `snapshot-${stream}`, SNAPSHOT, snapshot);
    } catch (error) {
      throw translated(error);
    }
  }

  async ping(): Promise<void> {
    await this.head();
  }

  async close(): Promise<void> {
    await Promise.all([this.reads.close(), this.writes.close()]);
  }

  private async reaches(position: bigint): Promise<boolean> {
    for await (const _ of this.readPage({ after: position, most: 1 })) return true;
    return false;
  }

  /** All events from a position on (forwards included), at most so many. */
  private readPage({
    after,
    direction = 'forwards',
    most,
  }: Pick<AllOptions, 'after' | 'direction'> & { most: number | undefined }): AsyncIterable<StoredEvent> {
    const forwards = direction === 'forwards';
    const start = forwards ? START : END;
    return this.read((client) =>
      client.readAll({
        direction: forwards ? FORWARDS : BACKWARDS,
        fromPosition: after === undefined ? start : { commit: after, prepare: after },
        maxCount: most,
        requiresLeader: true,
      }),
    );
  }

  /** The events of a read. None when there is no such stream. */
  private async *read(begin: (client: EventStoreDBClient) => StreamingRead<ResolvedEvent>): AsyncIterable<StoredEvent> {
    this.reads.check();
    const { client, lost } = this.reads;
    const reading = begin(client);
    // An error that comes once nobody reads any more concerns nobody.
    reading.on('error', () => {});
    const watch = new SilenceWatch(SILENCE, (ms) => {
      if (ms < READ_PATIENCE && this.reads.isHeard) return;
      reading.destroy(new TimedOut(`Nothing came for ${ms} ms`));
    });
    try {
      for await (const { event } of reading) {
        watch.came();
        this.reads.heard();
        if (event) yield fromClient(event as RecordedEvent);
        watch.waits();
      }
      // A read that the client cuts off ends as if there were no more.
      lost.throwIfAborted();
      this.reads.heard();
    } catch (error) {
      if (typeOf(error) === ErrorType.STREAM_NOT_FOUND) return this.reads.heard();
      this.reads.failed(error);
      throw translated(error);
    } finally {
      watch.stop();
      void reading.cancel().catch(() => {});
    }
  }
}

/** Resolves when the store reads. */
async function readLast(client: EventStoreDBClient): Promise<void> {
  const reading = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 });
  reading.on('error', () => {});
  try {
    await within(SILENCE, Array.fromAsync(reading));
  } finally {
    void reading.cancel().catch(() => {});
  }
}

/** Appends an event of ours to a stream that holds no more than its last one. */
async function keepLast(client: EventStoreDBClient, stream: string, type: string, data: object): Promise<void> {
  const event = jsonEvent({ type, data: data as Record<string, unknown> });
  const appending = client.appendToStream(stream, event, { deadline: APPEND_TIMEOUT + CLOCKS_APART });
  const { nextExpectedRevision } = await within(APPEND_TIMEOUT, appending);
  if (nextExpectedRevision !== 0n) return;
  await within(APPEND_TIMEOUT, client.setStreamMetadata(stream, { maxCount: 1 }));
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
