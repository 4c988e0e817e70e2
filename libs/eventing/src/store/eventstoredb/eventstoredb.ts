import {
  type AppendExpectedRevision,
  BACKWARDS,
  END,
  ErrorType,
  type EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { type NewEvent, type StoredEvent } from '../../envelope/stored-event';
import { DamagedHistory, WrongExpectedRevision } from '../errors';
import {
  type AllOptions,
  type Appended,
  beginsWith,
  type EventStore,
  type ExpectedRevision,
  type FoundEvent,
  isOther,
  type SubscribeOptions,
} from '../event-store';
import { within } from '../within';
import { AllEvents } from './all-events';
import { Connection, type Report } from './connection';
import { isRefusal, translated, typeOf } from './errors';
import { foundInStream } from './found-event';
import { readLast, SILENCE, watchedRead } from './reading';
import { StreamNames } from './stream-names';
import { subscribed } from './subscription';

/** The `$` keeps snapshots out of what readers of the whole store see. */
const SNAPSHOT = '$snapshot';
/** Of appends that name no deadline of their own, in milliseconds. */
const APPEND_TIMEOUT = 2_500;
/**
 * The store is told a moment by our clock after which an append is not wanted; its own may be ahead by so much, in ms.
 */
const CLOCKS_APART = 7_500;
/** How long appends count as denied after one was, in milliseconds, if none is answered meanwhile. */
const DENIED_FOR = 10_000;
/** No name of a stream of ours: those have a dash. */
const PROBE = { stream: 'yoyaku_probe', type: '$probe' };

export interface EventStoreDbOptions {
  /** What the names of all our streams begin with in the store; absent: nothing. */
  readonly prefix?: string;
  /** Categories of our streams; absent: any. */
  readonly categories?: ReadonlySet<string>;
  readonly report?: Report;
}

/**
 * EventStoreDB (or KurrentDB, or our event-node) through its own client, which only the files of this name know.
 *
 * No call waits for ever: an append has a deadline, a read fails when it makes no progress. After a call that got no
 * answer others of its kind are refused at once; see {@link Connection}. Reads and appends have a connection each, for
 * a store may read that does not write.
 */
export class EventStoreDb implements EventStore {
  private readonly reads: Connection;
  private readonly writes: Connection;
  private readonly names: StreamNames;
  private readonly all: AllEvents;
  private readonly report: Report;
  private passed = 0;
  /** `performance.now()` when an append was denied, if none was answered since. */
  private deniedAt = Number.NEGATIVE_INFINITY;

  constructor(url: string, { prefix, categories, report = () => {} }: EventStoreDbOptions = {}) {
    this.names = new StreamNames(prefix, categories);
    this.report = report;
    const append = (client: EventStoreDBClient) =>
      keepLast(client, this.names.inStore(PROBE.stream), PROBE.type, {}).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
    const common = { url, silence: SILENCE, find: readLast, report };
    this.reads = new Connection({ ...common, what: 'reads' });
    this.writes = new Connection({ ...common, what: 'appends', probe: append });
    this.all = new AllEvents(this.reads, this.names);
  }

  /** How many events of others were passed over in following the store. */
  get passedOver(): number {
    return this.passed;
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
      const name = this.names.inStore(stream);
      const appending = this.writes.client.appendToStream(name, events.map(toClient), options);
      const { nextExpectedRevision, position } = await within(deadlineMs, appending);
      this.appendWasAnswered();
      const revision = Number(nextExpectedRevision);
      if (expected === 'no_stream' && revision >= events.length) {
        throw new DamagedHistory(stream, 'it was deleted, and begins anew');
      }
      return { revision, position: position?.commit ?? 0n };
    } catch (error) {
      if (error instanceof DamagedHistory) throw error;
      if (typeOf(error) === ErrorType.WRONG_EXPECTED_VERSION) {
        this.appendWasAnswered();
        throw new WrongExpectedRevision(stream, expected);
      }
      if (typeOf(error) === ErrorType.ACCESS_DENIED) this.deniedAt = performance.now();
      this.writes.failed(error);
      throw translated(error, stream);
    }
  }

  private appendWasAnswered(): void {
    this.writes.answered();
    this.deniedAt = Number.NEGATIVE_INFINITY;
  }

  get takesWrites(): boolean {
    return this.writes.answers && this.reads.answers;
  }

  /** Whether the store lately denied an append to our user, and has answered none since. */
  get deniesWrites(): boolean {
    return performance.now() - this.deniedAt < DENIED_FOR;
  }

  async untilAnswers(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    await this.writes.untilAnswers(ms);
    await this.reads.untilAnswers(deadline - performance.now());
  }

  async *readStream(stream: string, options: StreamOptions = {}): AsyncIterable<StoredEvent> {
    const { from, direction } = options;
    const step = direction === 'backwards' ? -1 : 1;
    let due = direction === 'backwards' ? undefined : (from ?? 0);
    for await (const { event } of this.eventsOf(stream, this.names.inStore(stream), options)) {
      if (!event) continue;
      const found = foundInStream(event, this.names);
      due ??= found.revision;
      if (found.revision !== due) throw new DamagedHistory(stream, `event ${due} is not there any more`);
      if (isOther(found)) throw new DamagedHistory(stream, `event ${due} is none of ours`);
      if (found.flaw !== undefined) throw new DamagedHistory(stream, `event ${due}: ${found.flaw}`);
      yield found;
      due += step;
    }
  }

  async *readAll({ limit, streamPrefixes, onPassed, ...options }: AllOptions = {}): AsyncIterable<StoredEvent> {
    const isWanted = beginsWith(streamPrefixes);
    for await (const event of this.all.events({ limit, ...options })) {
      if (isOther(event)) {
        if (event.other === 'foreign') onPassed?.(event.position);
        continue;
      }
      if (!isWanted(event)) continue;
      yield event;
      if (limit !== undefined) limit -= 1;
      if (limit === 0) return;
    }
  }

  readEverything({
    after,
    aboutOurs = false,
  }: {
    after?: bigint;
    aboutOurs?: boolean;
  } = {}): AsyncIterable<FoundEvent> {
    const { beginning, beginnings } = this.names;
    return this.all.events({ after, beginnings: aboutOurs && beginning ? beginnings : [] });
  }

  subscribeToAll(options: SubscribeOptions): AsyncIterable<StoredEvent> {
    return subscribed(
      {
        names: this.names,
        head: () => this.all.head(),
        reaches: (position) => this.all.reaches(position),
        connection: () => this.reads,
        report: this.report,
        onPassed: () => {
          this.passed += 1;
        },
      },
      options,
    );
  }

  head(options?: { system?: boolean }): Promise<bigint> {
    return this.all.head(options);
  }

  async readSnapshot(stream: string): Promise<unknown> {
    const newest = { direction: 'backwards', limit: 1 } as const;
    try {
      for await (const { event } of this.eventsOf(stream, this.snapshotOf(stream), newest)) return event?.data;
    } catch (error) {
      // Somebody deleted the snapshots for good: of the stream itself that says nothing.
      if (!(error instanceof DamagedHistory)) throw error;
    }
    return undefined;
  }

  async writeSnapshot(stream: string, snapshot: object): Promise<void> {
    this.writes.check();
    try {
      await keepLast(this.writes.client, this.snapshotOf(stream), SNAPSHOT, snapshot);
    } catch (error) {
      throw translated(error, stream);
    }
  }

  async ping(): Promise<void> {
    await this.head({ system: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.reads.close(), this.writes.close()]);
  }

  /** Its name does not begin as those of our streams do: whoever asks for these is not sent snapshots. */
  private snapshotOf(stream: string): string {
    return `snapshot-${this.names.inStore(stream)}`;
  }

  private eventsOf(stream: string, name: string, { from, direction, limit }: StreamOptions) {
    const forwards = direction !== 'backwards';
    const fromRevision = from === undefined ? (forwards ? START : END) : BigInt(from);
    return watchedRead<ResolvedEvent>(this.reads, {
      stream,
      begin: (client) =>
        client.readStream(name, {
          direction: forwards ? FORWARDS : BACKWARDS,
          fromRevision,
          maxCount: limit,
          requiresLeader: true,
        }),
    });
  }
}

interface StreamOptions {
  readonly from?: number;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
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
