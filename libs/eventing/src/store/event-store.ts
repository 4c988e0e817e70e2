import type { NewEvent, StoredEvent } from '../envelope/stored-event';

/** An event that is not ours: one of the store itself, or of another application that uses it. */
export interface OtherEvent {
  readonly other: 'system' | 'foreign';
  /** The name without our prefix if it has that, otherwise the store's name. */
  readonly stream: string;
  /** The stream of ours that its stream describes: which of its events are still read, for instance. */
  readonly describes: string | undefined;
  readonly revision: number;
  readonly position: bigint;
  readonly type: string;
  readonly data: unknown;
}

export type FoundEvent = StoredEvent | OtherEvent;

export const isOther = (event: FoundEvent): event is OtherEvent => 'other' in event;

/** The revision a stream must have for an append to succeed. */
export type ExpectedRevision = number | 'no_stream';

export interface Appended {
  readonly revision: number;
  readonly position: bigint;
}

export interface AllOptions {
  /** Exclusive; from the beginning (or, backwards, the end) when absent. */
  readonly after?: bigint;
  readonly direction?: 'forwards' | 'backwards';
  readonly limit?: number;
  /** Only streams whose names begin with one of these. */
  readonly streamPrefixes?: readonly string[];
  /** Called with the place of every event of others that is skipped before the next one of ours. */
  readonly onPassed?: (position: bigint) => void;
}

export interface SubscribeOptions {
  /** Exclusive; `'end'` starts with what comes next. */
  readonly after: bigint | 'start' | 'end';
  readonly signal: AbortSignal;
  readonly streamPrefixes?: readonly string[];
  /** Called each time the subscription has read all stored events and goes live. */
  readonly onLive?: () => void;
  /**
   * Called about once a second: everything stored before this moment (`performance.now()`) has been delivered. Only for
   * subscriptions to all events, without prefixes.
   */
  readonly onCurrent?: (at: number) => void;
  /** Told now and then how far events that are not given were passed over; all before that were given. */
  readonly onPassed?: (position: bigint) => void;
}

/** The source of truth: streams of events, appended under optimistic concurrency, and `$all` of them in order. */
export interface EventStore {
  /**
   * Appends all events or none. Throws {@link WrongExpectedRevision}, {@link TooLargeToAppend}, {@link DamagedHistory},
   * or {@link EventStoreUnavailable} when it cannot be known whether the events were stored, or may still be: after
   * `deadlineMs`, in milliseconds from now, no answer is waited for. Events whose ids already stand after that very
   * revision are answered as if they were stored now: what stands there may be another sealing of them.
   */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs?: number,
  ): Promise<Appended>;
  /**
   * False after an append that got no answer, until one is answered again; until then all are refused at once. False
   * while reads get none, too: without them nobody could tell what became of an append.
   */
  readonly takesWrites: boolean;
  /** Waits until appends and reads are answered. Throws {@link EventStoreUnavailable} after so many milliseconds. */
  untilAnswers(ms: number): Promise<void>;
  /**
   * Events of one stream; none when it does not exist. `from` is inclusive. Throws {@link DamagedHistory} where one is
   * not there any more, or is not ours.
   */
  readStream(
    stream: string,
    options?: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number },
  ): AsyncIterable<StoredEvent>;
  /** Our events of the whole store in order of position; those of the store itself and of others are passed over. */
  readAll(options?: AllOptions): AsyncIterable<StoredEvent>;
  /**
   * Everything that the store holds, in order of position. With `aboutOurs`, where a prefix tells them apart, only our
   * streams and those that describe them.
   */
  readEverything(options?: { after?: bigint; aboutOurs?: boolean }): AsyncIterable<FoundEvent>;
  /**
   * Like {@link readAll} forwards, but goes on with what is appended; reconnects by itself until `signal` aborts.
   * Throws {@link GarbledAnswer} where an event cannot be read, however often it is asked for, and, without prefixes,
   * {@link StoreSetBack}: what is appended then would not be given out.
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<StoredEvent>;
  /**
   * Position of the last event, ours or of others who use the store, 0 when there is none. With `system` those of the
   * store itself count too; these are always further on, whatever was removed.
   */
  head(options?: { system?: boolean }): Promise<bigint>;
  /** The newest snapshot written for a stream, if there is one. */
  readSnapshot(stream: string): Promise<unknown>;
  /** Keeps this snapshot and forgets the one before. Throws {@link TooLargeToAppend}. */
  writeSnapshot(stream: string, snapshot: object): Promise<void>;
  /** Throws {@link EventStoreUnavailable} unless the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Whether an event's stream begins with one of these; absent: every one does. */
export const beginsWith =
  (prefixes: readonly string[] | undefined) =>
  ({ stream }: Pick<StoredEvent, 'stream'>): boolean =>
    prefixes?.some((prefix) => stream.startsWith(prefix)) ?? true;
