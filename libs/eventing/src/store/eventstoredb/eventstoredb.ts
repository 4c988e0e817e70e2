import { BACKWARDS, END, FORWARDS, type ResolvedEvent, START } from '@eventstore/db-client';
import type { NewEvent, StoredEvent } from '../../envelope/stored-event';
import { DamagedHistory } from '../errors';
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
import { AllEvents } from './all-events';
import { Appends } from './appends';
import { Connection, type Report } from './connection';
import { foundInStream } from './found-event';
import { readLast, SILENCE, watchedRead } from './reading';
import { StreamNames } from './stream-names';
import { subscribed } from './subscription';

/** The `$` keeps snapshots out of what readers of the whole store see. */
const SNAPSHOT = '$snapshot';

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
  private readonly appends: Appends;
  private readonly names: StreamNames;
  private readonly all: AllEvents;
  private readonly report: Report;
  private passed = 0;

  constructor(url: string, { prefix, categories, report = () => {} }: EventStoreDbOptions = {}) {
    this.names = new StreamNames(prefix, categories);
    this.report = report;
    this.reads = new Connection({ url, what: 'reads', silence: SILENCE, find: readLast, report });
    this.appends = new Appends(url, this.names, report);
    this.all = new AllEvents(this.reads, this.names);
  }

  /** How many events of others were passed over in following the store. */
  get passedOver(): number {
    return this.passed;
  }

  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs?: number,
  ): Promise<Appended> {
    return this.appends.append(stream, expected, events, deadlineMs);
  }

  get takesWrites(): boolean {
    return this.appends.answers && this.reads.answers;
  }

  /** Whether the store lately denied an append to our user, and has answered none since. */
  get deniesWrites(): boolean {
    return this.appends.areDenied;
  }

  async untilAnswers(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    await this.appends.untilAnswers(ms);
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

  writeSnapshot(stream: string, snapshot: object): Promise<void> {
    return this.appends.keepLast(this.snapshotOf(stream), SNAPSHOT, snapshot);
  }

  async ping(): Promise<void> {
    await this.head({ system: true });
  }

  async close(): Promise<void> {
    await Promise.all([this.reads.close(), this.appends.close()]);
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
