import { setTimeout as delay } from 'node:timers/promises';
import { type Aggregate, evolve, type Message, streamOf } from '@yoyaku/kernel';
import { LRUCache } from 'lru-cache';
import type { EventCodec } from './event-codec';
import type { EventStore, StoredEvent } from './event-store';
import type { RecordedEvent } from './recorded-event';

/** What this process knows of a stream. */
export interface Head<State> {
  readonly state: State;
  /** −1 says that there is no such stream. */
  readonly revision: number;
  readonly position: bigint;
  readonly hash: string | null;
  /** `performance.now()` of a moment at which this surely was the head. */
  readonly verifiedAt: number;
  /** The last commands that appended here; a repeat of one is answered, not decided. */
  readonly commandIds: readonly string[];
  /** How many erasures were known when its first event was opened; see {@link Heads.forgetErased}. */
  readonly epoch: number;
}

interface Snapshot {
  readonly version: number;
  readonly head: Pick<Head<unknown>, 'state' | 'revision' | 'hash' | 'commandIds'> & { readonly position: string };
}

// biome-ignore lint/suspicious/noExplicitAny: heads of every aggregate share one cache
type AnyHead = Head<any>;

const BATCH = 500;
const REMEMBERED_COMMANDS = 64;
const UNVERIFIED = Number.NEGATIVE_INFINITY;

/** The head of a stream that is not there, as far as anybody knows. */
export const nothing = <State, C extends Message, E extends Message>(
  { decider }: Aggregate<State, C, E>,
  epoch: number,
): Head<State> => ({
  state: decider.initial,
  revision: -1,
  position: 0n,
  hash: null,
  verifiedAt: UNVERIFIED,
  commandIds: [],
  epoch,
});

export const remember = (commandIds: readonly string[], commandId: string): readonly string[] =>
  commandIds.at(-1) === commandId ? commandIds : [...commandIds.slice(1 - REMEMBERED_COMMANDS), commandId];

/** The heads of streams: read from the store, remembered, and kept current by following it. */
export class Heads {
  private readonly cache: LRUCache<string, AnyHead>;
  /** The last revisions that were heard of; a head that was being read meanwhile may be older. */
  private readonly heard: LRUCache<string, number>;
  /** The furthest position this process knows of, once it follows the store: what is new lies beyond. */
  private horizon: bigint | undefined;
  /** Grows with every erasure: what was opened before one is not to be remembered after it. */
  private erasures = 0;

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    size: number,
  ) {
    this.cache = new LRUCache({ max: size });
    this.heard = new LRUCache({ max: size });
  }

  /** The head as it is remembered, maybe no longer the head. */
  remembered<State>(stream: string): Head<State> | undefined {
    return this.cache.get(stream);
  }

  /** The head as it is remembered, while the store is followed and nobody is known to have moved it. */
  current<State>(stream: string): Head<State> | undefined {
    const head: Head<State> | undefined = this.horizon === undefined ? undefined : this.cache.get(stream);
    return head && head.verifiedAt > UNVERIFIED ? head : undefined;
  }

  forget(stream: string): void {
    this.cache.delete(stream);
  }

  /** A key was destroyed. Who that concerns is not told by a head, and erasures are rare: all are forgotten. */
  forgetErased(): void {
    this.erasures += 1;
    this.cache.clear();
  }

  /** Of heads that are opened now. */
  get epoch(): number {
    return this.erasures;
  }

  /** Position that every event appended from now on lies beyond; unknown until the store is followed. */
  get seen(): bigint | undefined {
    return this.horizon;
  }

  /** The head, read from where this process knows it. That there is no stream is remembered just as well. */
  async read<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
  ): Promise<Head<State>> {
    const stream = streamOf(aggregate, id);
    const verifiedAt = performance.now();
    let head: Head<State> = this.cache.get(stream) ?? (await this.readSnapshot(aggregate, stream));
    for await (const batch of batches(this.store.readStream(stream, { from: head.revision + 1 }), BATCH)) {
      const opened = (await this.codec.openAll(batch)) as RecordedEvent<E>[];
      const { revision, position, metadata } = batch.at(-1) as StoredEvent;
      head = {
        state: opened.reduce((state, event) => evolve(aggregate.decider, state, event), head.state),
        revision,
        position,
        hash: metadata.hash,
        verifiedAt,
        commandIds: opened.reduce((ids, { commandId }) => remember(ids, commandId), head.commandIds),
        epoch: head.epoch,
      };
    }
    const known: Head<State> | undefined = this.cache.get(stream);
    if (known && known.revision > head.revision) return known;
    const current = { ...head, verifiedAt };
    const isOld = (this.heard.get(stream) ?? -1) > head.revision;
    this.keep(stream, isOld ? { ...head, verifiedAt: UNVERIFIED } : current);
    return current;
  }

  /** Remembers the head after an append of ours, and keeps a snapshot of it where the aggregate asks for one. */
  moved<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
    before: Head<State>,
    head: Head<State>,
  ): void {
    this.sees(head.position);
    this.keep(stream, head);
    const { snapshot } = aggregate;
    if (!snapshot) return;
    const batchOf = ({ revision }: Head<State>) => Math.floor((revision + 1) / snapshot.every);
    if (batchOf(before) === batchOf(head)) return;
    const { state, revision, hash, commandIds, position } = head;
    const kept: Snapshot = {
      version: snapshot.version,
      head: { state, revision, hash, commandIds, position: String(position) },
    };
    // Beside the command, not before its answer: a snapshot that is late or lost costs a longer read, no more.
    this.store.writeSnapshot(stream, kept).catch(() => {});
  }

  /**
   * Follows the store until the signal aborts, and marks what others appended to. While the store is away nothing can
   * change, so what is remembered stays good; what was missed is heard of first once it is back.
   */
  async follow(signal: AbortSignal): Promise<void> {
    const after = await this.headOnceItAnswers(signal);
    this.horizon = after;
    this.cache.clear();
    for await (const { stream, revision, position } of this.store.subscribeToAll({ after, signal })) {
      this.sees(position);
      this.heard.set(stream, revision);
      const head = this.cache.peek(stream);
      if (head && head.revision < revision) this.cache.set(stream, { ...head, verifiedAt: UNVERIFIED });
    }
  }

  private keep(stream: string, head: AnyHead): void {
    if (head.epoch === this.erasures) this.cache.set(stream, head);
  }

  private sees(position: bigint): void {
    if (this.horizon !== undefined && position > this.horizon) this.horizon = position;
  }

  private async headOnceItAnswers(signal: AbortSignal): Promise<bigint> {
    while (!signal.aborted) {
      try {
        return await this.store.head();
      } catch {
        await delay(100, undefined, { signal }).catch(() => {});
      }
    }
    return 0n;
  }

  private async readSnapshot<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
  ): Promise<Head<State>> {
    const empty = nothing(aggregate, this.epoch);
    if (!aggregate.snapshot) return empty;
    const snapshot = (await this.store.readSnapshot(stream)) as Snapshot | undefined;
    if (snapshot?.version !== aggregate.snapshot.version) return empty;
    const { position, ...head } = snapshot.head as Snapshot['head'] & { state: State };
    return { ...empty, ...head, position: BigInt(position) };
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
