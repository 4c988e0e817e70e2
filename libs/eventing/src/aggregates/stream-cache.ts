import { type Aggregate, DAY, epochMs, evolve, HOUR, type Message, MINUTE, streamOf } from '@yoyaku/kernel';
import { inChildSpan } from '@yoyaku/tracing';
import { LRUCache } from 'lru-cache';
import type { EventCodec } from '../envelope/event-codec';
import type { RecordedEvent } from '../envelope/recorded-event';
import type { StoredEvent } from '../envelope/stored-event';
import type { EventStore } from '../store/event-store';
import type { CommandContext } from './command-context';
import { eventStoreSpan } from './event-store-span';
import { Following, type FollowListener } from './following';
import type { Snapshots } from './snapshots';
import { emptyStream, REMEMBERED_COMMANDS, type StreamState, UNVERIFIED } from './stream-state';

// biome-ignore lint/suspicious/noExplicitAny: streams of every aggregate share one cache
type AnyState = StreamState<any>;

const BATCH = 500;
/** A command may be repeated until its claim is deleted, after 24 to 25 hours. Clocks may differ by some minutes. */
const REPEATED_WITHIN = DAY + HOUR + 5 * MINUTE;
/** How many events are searched beyond the first older one: if a clock was wrong, events are not in order of time. */
const LOOKED_BEYOND = 300;

/** A cache of streams' states, read from the store and updated by following it. {@link Load} explains the terms. */
export class StreamCache {
  private readonly cache: LRUCache<string, AnyState>;
  private readonly following: Following;
  /** Increases whenever the cache is emptied: events that were decrypted before must not enter it afterwards. */
  private timesEmptied = 0;

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly snapshots: Snapshots | undefined,
    size: number,
    onFollowError: (error: unknown) => void = () => {},
  ) {
    this.cache = new LRUCache({ max: size });
    this.following = new Following({
      store,
      size,
      onBegin: () => this.forgetAll(),
      onEvent: (event) => this.outdate(event),
      onError: onFollowError,
    });
  }

  /** The cached state of the stream, however old. */
  anyCached<State>(stream: string): StreamState<State> | undefined {
    return this.cache.get(stream);
  }

  /** The cached state, if the store was heard from within seconds and sent nothing newer. */
  maxStale<State>(stream: string): StreamState<State> | undefined {
    const known: StreamState<State> | undefined = this.following.isCurrent ? this.cache.get(stream) : undefined;
    return known && known.verifiedAt >= this.following.since ? known : undefined;
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  /**
   * A key was destroyed. It is unknown which states hold the person's data, and erasures are rare, so all are dropped.
   */
  forgetErased(): void {
    this.forgetAll();
  }

  /** The epoch of states whose events are decrypted now. */
  get epoch(): number {
    return this.timesEmptied;
  }

  /** The current state: reads on from the cached one. That a stream does not exist is cached as well. */
  requireLoad<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
  ): Promise<StreamState<State>> {
    const about = () => eventStoreSpan('read', aggregate.category);
    return inChildSpan(about, () => this.readOn(aggregate, streamOf(aggregate, id)));
  }

  private async readOn<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
  ): Promise<StreamState<State>> {
    const verifiedAt = performance.now();
    let known: StreamState<State> = this.cache.get(stream) ?? (await this.readFirst(aggregate, stream));
    const commandIds = [...known.commandIds];
    for await (const batch of batches(this.store.readStream(stream, { from: known.revision + 1 }), BATCH)) {
      const opened = (await this.codec.openAll(batch)) as RecordedEvent<E>[];
      const { revision, position, metadata } = batch.at(-1) as StoredEvent;
      for (const { commandId } of opened) if (commandId !== commandIds.at(-1)) commandIds.push(commandId);
      known = {
        state: opened.reduce((state, event) => evolve(aggregate.decider, state, event), known.state),
        revision,
        position,
        createdAt: known.createdAt ?? (opened[0] as RecordedEvent<E>).at,
        updatedAt: metadata.occurredAt,
        hash: metadata.hash,
        verifiedAt,
        commandIds,
        epoch: known.epoch,
      };
    }
    const cached: StreamState<State> | undefined = this.cache.get(stream);
    if (cached && cached.revision > known.revision) {
      return { ...cached, commandIds: [...commandIds, ...cached.commandIds] };
    }
    const current = { ...known, verifiedAt };
    this.keep(stream, current);
    return current;
  }

  /** Whether the stream holds events of that command, which may have come before. */
  async holds(stream: string, { commandId, at, notBefore }: CommandContext): Promise<boolean> {
    const oldest = epochMs(at) - REPEATED_WITHIN;
    let beyond = 0;
    for await (const { metadata, position } of this.store.readStream(stream, { direction: 'backwards' })) {
      if (metadata.commandId === commandId) return true;
      if (notBefore !== undefined) {
        if (position <= notBefore) return false;
      } else if (beyond > 0 || epochMs(metadata.occurredAt) < oldest) {
        if (beyond === LOOKED_BEYOND) return false;
        beyond += 1;
      }
    }
    return false;
  }

  /** Caches the state after our append, and stores a snapshot if one is due. */
  appended<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
    before: StreamState<State>,
    after: StreamState<State>,
  ): void {
    this.keep(stream, after);
    const { snapshot } = aggregate;
    if (!snapshot || !this.snapshots) return;
    const batchOf = ({ revision }: StreamState<State>) => Math.floor((revision + 1) / snapshot.every);
    if (batchOf(before) === batchOf(after)) return;
    // The command does not wait for it: if a snapshot is late or lost, one read takes longer, nothing else.
    this.snapshots.write(stream, snapshot.version, after).catch(() => {});
  }

  /** See {@link Following.listenFor}. */
  listenFor(stream: string, revision: number): ReturnType<Following['listenFor']> {
    return this.following.listenFor(stream, revision);
  }

  /** See {@link Following.tell}. */
  tell(listener: FollowListener): void {
    this.following.tell(listener);
  }

  /** See {@link Following.run}. */
  follow(signal: AbortSignal): Promise<void> {
    return this.following.run(signal);
  }

  private forgetAll(): void {
    this.timesEmptied += 1;
    this.cache.clear();
  }

  private outdate({ stream, revision }: StoredEvent): void {
    const known = this.cache.peek(stream);
    if (known && known.revision < revision) this.cache.set(stream, { ...known, verifiedAt: UNVERIFIED });
  }

  /** A newer revision may have been received meanwhile. */
  private keep(stream: string, known: AnyState): void {
    if (known.epoch !== this.timesEmptied) return;
    const isOld = this.following.revisionOf(stream) > known.revision;
    this.cache.set(stream, {
      ...known,
      verifiedAt: isOld ? UNVERIFIED : known.verifiedAt,
      commandIds: known.commandIds.slice(-REMEMBERED_COMMANDS),
    });
  }

  /** Where reading starts if nothing is cached. */
  private async readFirst<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
  ): Promise<StreamState<State>> {
    return { ...emptyStream(aggregate, this.epoch), ...(await this.snapshots?.read(aggregate, stream)) };
  }
}

/** Groups items, so that they can be opened together. */
export async function* batches<T>(items: AsyncIterable<T>, size = BATCH): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
