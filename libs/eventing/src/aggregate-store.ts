import { setTimeout as delay } from 'node:timers/promises';
import {
  type Aggregate,
  DomainError,
  decide,
  epochMs,
  evolve,
  type Instant,
  type Message,
  type Occurred,
  streamOf,
  type Taken,
} from '@yoyaku/kernel';
import { LRUCache } from 'lru-cache';
import type { CommandContext } from './command-context';
import type { EventCodec } from './event-codec';
import {
  type Appended,
  type EventStore,
  EventStoreUnavailable,
  type StoredEvent,
  WrongExpectedRevision,
} from './event-store';
import type { RecordedEvent } from './recorded-event';

/** The state after a command, and the stream's head that it belongs to. */
export interface Outcome<State> {
  readonly id: string;
  readonly state: State;
  readonly revision: number;
  readonly position: bigint;
}

/** A state that was loaded; revision −1 says that there is no such stream. */
export interface Loaded<State> {
  readonly state: State;
  readonly revision: number;
  readonly position: bigint;
}

/** The stream is not where the command needs it: `If-Match` names another revision, or others were always faster. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly reason: 'if_match' | 'contention',
  ) {
    super(`${stream}: ${reason}`);
  }
}

/** What this process knows of a stream. */
interface Head<State> extends Loaded<State> {
  readonly hash: string | null;
  /** `performance.now()` of a moment at which this surely was the head. */
  readonly verifiedAt: number;
  /** The last commands that appended here; a repeat of one is answered, not decided. */
  readonly commandIds: readonly string[];
}

interface Snapshot {
  readonly version: number;
  readonly head: Pick<Head<unknown>, 'state' | 'revision' | 'hash' | 'commandIds'> & { readonly position: string };
}

// biome-ignore lint/suspicious/noExplicitAny: heads of every aggregate share one cache
type AnyHead = Head<any>;

export interface AggregateStoreMetrics {
  conflict(category: string): void;
}

const ATTEMPTS = 12;
const REMEMBERED_COMMANDS = 64;
const UNVERIFIED = Number.NEGATIVE_INFINITY;

/**
 * Loads, decides, appends: the one path from a command to stored events.
 *
 * Heads are cached, so a hot command appends without reading first; the expected revision makes that safe for what is
 * granted. What is refused, or changes nothing, is only said of a head known to be current after the command arrived.
 */
export class AggregateStore {
  private readonly heads: LRUCache<string, AnyHead>;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly metrics: AggregateStoreMetrics = { conflict: () => {} },
    cacheSize = 20_000,
  ) {
    this.heads = new LRUCache({ max: cacheSize });
  }

  /**
   * The state of one instance. It may come from the cache, which {@link follow} keeps current within moments;
   * `fresh` reads what others appended first.
   */
  async load<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    options: { fresh?: boolean } = {},
  ): Promise<Loaded<State>> {
    const cached: Head<State> | undefined = this.heads.get(streamOf(aggregate, id));
    const usable = cached && cached.verifiedAt > UNVERIFIED && !options.fresh;
    return usable ? cached : this.refresh(aggregate, id);
  }

  /** The events of one instance from its beginning, opened. */
  async *history<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
  ): AsyncIterable<RecordedEvent<E>> {
    for await (const batch of batches(this.store.readStream(streamOf(aggregate, id)), 500)) {
      yield* (await this.codec.openAll(batch)) as RecordedEvent<E>[];
    }
  }

  /**
   * The state as it was at that moment by the events' own times, folded by the `evolve` of today; revision −1 when
   * nothing had happened yet. Never cached.
   */
  async loadAt<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    at: Instant,
  ): Promise<Loaded<State>> {
    let loaded: Loaded<State> = nothing(aggregate);
    for await (const event of this.history(aggregate, id)) {
      if (epochMs(event.at) > epochMs(at)) break;
      const { revision, position } = event;
      loaded = { state: evolve(aggregate.decider, loaded.state, event), revision, position };
    }
    return loaded;
  }

  /**
   * Takes a command. Throws the decider's `DomainError`, {@link ConcurrencyConflict}, or `EventStoreUnavailable` when
   * the store does not tell in time what became of the append.
   */
  execute<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    const arrivedAt = performance.now();
    return this.inTurn(streamOf(aggregate, id), async () => {
      const known = context.repeated ? undefined : this.heads.get(streamOf(aggregate, id));
      return this.attempt(aggregate, id, known ?? (await this.refresh(aggregate, id)), command, context, arrivedAt);
    });
  }

  /** {@link execute} for an instance that this very command makes: nobody looks first whether there is one already. */
  create<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    const arrivedAt = performance.now();
    if (context.repeated) return this.execute(aggregate, id, command, context);
    return this.inTurn(streamOf(aggregate, id), () =>
      this.attempt(aggregate, id, nothing(aggregate), command, context, arrivedAt),
    );
  }

  /** Marks a stream as changed by somebody else: its head is read again before a state is loaded from it. */
  invalidate(stream: string): void {
    const head = this.heads.get(stream);
    if (head) this.heads.set(stream, { ...head, verifiedAt: UNVERIFIED });
  }

  /** Follows the store until the signal aborts, so that what other processes append is seen by {@link load} here. */
  async follow(signal: AbortSignal): Promise<void> {
    const changes = this.store.subscribeToAll({ after: 'end', signal, onLost: () => this.heads.clear() });
    for await (const { stream, revision } of changes) {
      const head = this.heads.peek(stream);
      if (head && head.revision < revision) this.invalidate(stream);
    }
  }

  /** Forgets everything cached, for the sake of an erasure or a test. */
  clear(): void {
    this.heads.clear();
  }

  private async attempt<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    known: Head<State>,
    command: C,
    context: CommandContext,
    arrivedAt: number,
  ): Promise<Outcome<State>> {
    const stream = streamOf(aggregate, id);
    let head = known;
    for (let failures = 0; failures < ATTEMPTS; ) {
      if (head.commandIds.includes(context.commandId)) return outcome(id, head);
      const decided = decideOn(aggregate, command, context, head);
      if (!('events' in decided) || decided.events.length === 0) {
        if (head.verifiedAt >= arrivedAt) {
          if ('refusal' in decided) throw decided.refusal;
          return outcome(id, head);
        }
        head = await this.refresh(aggregate, id);
        continue;
      }
      const next = await this.append(aggregate, stream, head, decided.events, context);
      if (next) return outcome(id, next);
      this.metrics.conflict(aggregate.category);
      failures += 1;
      await delay(Math.random() * Math.min(200, 2 ** failures));
      head = await this.refresh(aggregate, id);
    }
    throw new ConcurrencyConflict(stream, 'contention');
  }

  /** The new head, or nothing when the stream has moved or the outcome is unknown: then the stream must be read. */
  private async append<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
    head: Head<State>,
    events: readonly E[],
    context: CommandContext,
  ): Promise<Head<State> | undefined> {
    const state = events.reduce(
      (folded, event) => evolve(aggregate.decider, folded, { ...event, at: context.at } as Occurred<E>),
      head.state,
    );
    const sealed = await this.codec.sealAll(stream, events, context, aggregate.tenantOf(state), head);
    const sentAt = performance.now();
    let appended: Appended;
    try {
      appended = await this.store.append(stream, head.revision < 0 ? 'no_stream' : head.revision, sealed);
    } catch (error) {
      this.heads.delete(stream);
      if (error instanceof WrongExpectedRevision || error instanceof EventStoreUnavailable) return undefined;
      throw error;
    }
    const next: Head<State> = {
      state,
      revision: appended.revision,
      position: appended.position,
      hash: sealed.at(-1)?.metadata.hash ?? head.hash,
      verifiedAt: sentAt,
      commandIds: remember(head.commandIds, context.commandId),
    };
    this.heads.set(stream, next);
    this.keepSnapshot(aggregate, stream, head, next);
    return next;
  }

  /** The stream's head, read from where this process knows it. */
  private async refresh<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
  ): Promise<Head<State>> {
    const stream = streamOf(aggregate, id);
    const verifiedAt = performance.now();
    let head: Head<State> = this.heads.get(stream) ?? (await this.readSnapshot(aggregate, stream));
    for await (const batch of batches(this.store.readStream(stream, { from: head.revision + 1 }), 500)) {
      const opened = (await this.codec.openAll(batch)) as RecordedEvent<E>[];
      const last = batch.at(-1) as StoredEvent;
      head = {
        state: opened.reduce((state, event) => evolve(aggregate.decider, state, event), head.state),
        revision: last.revision,
        position: last.position,
        hash: last.metadata.hash,
        verifiedAt,
        commandIds: opened.reduce((ids, { commandId }) => remember(ids, commandId), head.commandIds),
      };
    }
    const known: Head<State> | undefined = this.heads.get(stream);
    if (known && known.revision > head.revision) return known;
    const current = { ...head, verifiedAt };
    if (current.revision >= 0) this.heads.set(stream, current);
    return current;
  }

  private async readSnapshot<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    stream: string,
  ): Promise<Head<State>> {
    const empty = nothing(aggregate);
    if (!aggregate.snapshot) return empty;
    const snapshot = (await this.store.readSnapshot(stream)) as Snapshot | undefined;
    if (snapshot?.version !== aggregate.snapshot.version) return empty;
    const { position, ...head } = snapshot.head as Snapshot['head'] & { state: State };
    return { ...empty, ...head, position: BigInt(position) };
  }

  /** Written beside the command, not before its answer: a snapshot that is late or lost costs a longer read only. */
  private keepSnapshot<State, C extends Message, E extends Message>(
    { snapshot }: Aggregate<State, C, E>,
    stream: string,
    before: Head<State>,
    { state, revision, hash, position, commandIds }: Head<State>,
  ): void {
    if (!snapshot || Math.floor((before.revision + 1) / snapshot.every) === Math.floor((revision + 1) / snapshot.every))
      return;
    const head = { state, revision, hash, commandIds, position: String(position) };
    this.store.writeSnapshot(stream, { version: snapshot.version, head } satisfies Snapshot).catch(() => {});
  }

  /** Commands for one stream take turns inside a process instead of racing for its revision. */
  private inTurn<T>(stream: string, run: () => Promise<T>): Promise<T> {
    const before = this.queues.get(stream) ?? Promise.resolve();
    const turn = before.then(run, run);
    const settled = turn.catch(() => {});
    this.queues.set(stream, settled);
    settled.then(() => {
      if (this.queues.get(stream) === settled) this.queues.delete(stream);
    });
    return turn;
  }
}

type Decided<E> = { readonly events: readonly E[] } | { readonly refusal: DomainError | ConcurrencyConflict };

function decideOn<State, C extends Message, E extends Message>(
  aggregate: Aggregate<State, C, E>,
  command: C,
  context: CommandContext,
  head: Head<State>,
): Decided<E> {
  if (context.expectedRevision !== undefined && context.expectedRevision !== head.revision) {
    return { refusal: new ConcurrencyConflict(`${aggregate.category} at revision ${head.revision}`, 'if_match') };
  }
  try {
    return { events: decide(aggregate.decider, { ...command, at: context.at } as Taken<C>, head.state) };
  } catch (error) {
    if (error instanceof DomainError) return { refusal: error };
    throw error;
  }
}

/** The head of a stream that is not there, as far as anybody knows. */
const nothing = <State, C extends Message, E extends Message>({ decider }: Aggregate<State, C, E>): Head<State> => ({
  state: decider.initial,
  revision: -1,
  position: 0n,
  hash: null,
  verifiedAt: UNVERIFIED,
  commandIds: [],
});

const outcome = <State>(id: string, { state, revision, position }: Head<State>): Outcome<State> => ({
  id,
  state,
  revision,
  position,
});

const remember = (commandIds: readonly string[], commandId: string): readonly string[] =>
  commandIds.at(-1) === commandId ? commandIds : [...commandIds.slice(1 - REMEMBERED_COMMANDS), commandId];

async function* batches<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
