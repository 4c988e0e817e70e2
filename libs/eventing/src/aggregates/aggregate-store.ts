import { type Aggregate, epochMs, evolve, type Instant, type Message, streamOf, type Uuid } from '@yoyaku/kernel';
import type { EventCodec } from '../envelope/event-codec';
import type { RecordedEvent } from '../envelope/recorded-event';
import { EventStoreUnavailable } from '../store/errors';
import { type EventStore } from '../store/event-store';
import type { CommandContext } from './command-context';
import { type AppendLine, CommandRun, type CommandTools } from './command-run';
import type { FollowListener } from './following';
import type { Load, Reading } from './load';
import { type SnapshotOptions, Snapshots } from './snapshots';
import { batches, StreamCache } from './stream-cache';
import { emptyStream, type StreamState } from './stream-state';
import { type Folded, Versioned } from './versioned';

export interface AggregateStoreOptions {
  /** Called for each append that was refused because the stream had a newer revision. */
  readonly onConflict?: (category: string) => void;
  readonly log?: (line: AppendLine) => void;
  /** Absent: no snapshots are made. */
  readonly snapshots?: SnapshotOptions;
  /** Called once for each cause that keeps the cache from being updated. */
  readonly onFollowError?: (error: unknown) => void;
}

/** How long a command waits for its turn, in milliseconds, while the store answers those before it. */
const PATIENCE = 30_000;
const CACHED_STREAMS = 20_000;

/**
 * Loads, decides, appends: the one path from a command to stored events.
 *
 * States are cached, so a hot command appends without reading first. The expected revision makes that safe when events
 * are appended. A refusal, or a command without effect, is only decided on a state that was read after it arrived.
 */
export class AggregateStore {
  private readonly cache: StreamCache;
  private readonly tools: CommandTools;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    { onConflict = () => {}, log = () => {}, snapshots, onFollowError }: AggregateStoreOptions = {},
  ) {
    const kept = snapshots && new Snapshots(store, snapshots);
    this.cache = new StreamCache(store, codec, kept, CACHED_STREAMS, onFollowError);
    this.tools = { store, codec, cache: this.cache, onConflict, log };
  }

  /** The state of one instance. */
  async load<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    load: Reading = 'maxStale',
  ): Promise<Versioned<State, Known>> {
    if (typeof load === 'object') return this.loadAt(aggregate, id, load.asOf);
    return versioned(aggregate, id, await this.stateOf(aggregate, id, load));
  }

  /** The events of one instance from its beginning, opened. */
  async *history<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
  ): AsyncIterable<RecordedEvent<E>> {
    for await (const batch of batches(this.store.readStream(streamOf(aggregate, id)))) {
      yield* (await this.codec.openAll(batch)) as RecordedEvent<E>[];
    }
  }

  /**
   * The state as it was at that moment by the events' own times, folded by the `evolve` of today; revision −1 when
   * nothing had happened yet. Never cached.
   */
  async loadAt<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    at: Instant,
  ): Promise<Versioned<State, Known>> {
    return this.loadWhile(aggregate, id, (event) => epochMs(event.at) <= epochMs(at));
  }

  /** The state as that command's events left it; undefined if the stream holds none of them. Never cached. */
  private async loadAfter<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    commandId: Uuid,
  ): Promise<Versioned<State, Known> | undefined> {
    let isFound = false;
    const left = await this.loadWhile(aggregate, id, (event) => {
      const isOwn = event.commandId === commandId;
      const comesAfter = isFound && !isOwn;
      isFound ||= isOwn;
      return !comesAfter;
    });
    return isFound ? left : undefined;
  }

  private async loadWhile<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    holds: (event: RecordedEvent<E>) => boolean,
  ): Promise<Versioned<State, Known>> {
    let past: Folded<State> = emptyStream(aggregate, this.cache.epoch);
    for await (const event of this.history(aggregate, id)) {
      if (!holds(event)) break;
      const { revision, position, at: updatedAt } = event;
      const state = evolve(aggregate.decider, past.state, event);
      past = { state, revision, position, createdAt: past.createdAt ?? updatedAt, updatedAt };
    }
    return versioned(aggregate, id, past);
  }

  /**
   * Handles a command. `load` tells on which state it is first decided; a command that may be a repeat is decided on a
   * state that was read. A repeat whose thing is gone by then is told what the thing was right after the command.
   *
   * Throws the decider's `DomainError`, `ConcurrencyConflict`, or {@link EventStoreUnavailable} when the store takes no
   * writes, or when the outcome of the append is still unknown at the deadline.
   */
  execute<State, C extends Message, E extends Message, Known extends State>(
    aggregate: Aggregate<State, C, E, Known>,
    id: string,
    command: C,
    context: CommandContext,
    load: Load = 'anyCached',
  ): Promise<Versioned<State, Known>> {
    const arrivedAt = performance.now();
    return this.inTurn(streamOf(aggregate, id), async () => {
      if (performance.now() - arrivedAt > PATIENCE)
        throw new EventStoreUnavailable(new Error('Its turn came too late'));
      const run = new CommandRun(this.tools, aggregate, id, command, context, arrivedAt);
      const first = await this.stateOf(aggregate, id, context.repeated ? 'requireLoad' : load);
      const outcome = versioned(aggregate, id, await run.from(first));
      if (!context.repeated || !outcome.isGone) return outcome;
      return (await this.loadAfter(aggregate, id, context.commandId)) ?? outcome;
    });
  }

  /** Whether the command has run before, by what the stream holds. */
  async hasRun<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    context: CommandContext,
  ): Promise<boolean> {
    return context.repeated === true && this.cache.holds(streamOf(aggregate, id), context);
  }

  /** Updates the cache with what other processes append, until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.cache.follow(signal);
  }

  /** Tells the listener of all events that are followed, so that the store need not send them to this process twice. */
  tell(listener: FollowListener): void {
    this.cache.tell(listener);
  }

  /** Empties the cache, because a person's key was destroyed. */
  forgetErased(): void {
    this.cache.forgetErased();
  }

  private async stateOf<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    load: Load,
  ): Promise<StreamState<State>> {
    if (load === 'assumeEmpty') return emptyStream(aggregate, this.cache.epoch);
    const cached = load === 'requireLoad' ? undefined : this.cache[load]<State>(streamOf(aggregate, id));
    return cached ?? this.cache.requireLoad(aggregate, id);
  }

  /** Commands for one stream take turns inside a process instead of racing for its revision. */
  private async inTurn<T>(stream: string, run: () => Promise<T>): Promise<T> {
    this.refuseWithoutWrites();
    const before = this.queues.get(stream) ?? Promise.resolve();
    const turn = before.then(() => {
      this.refuseWithoutWrites();
      return run();
    });
    const settled = turn.catch(() => {});
    this.queues.set(stream, settled);
    settled.then(() => {
      if (this.queues.get(stream) === settled) this.queues.delete(stream);
    });
    return turn;
  }

  /** While the store takes no writes, commands fail at once, so that no queue grows. */
  private refuseWithoutWrites(): void {
    if (!this.store.takesWrites) throw new EventStoreUnavailable(new Error('The event store takes no writes'));
  }
}

const versioned = <State, C extends Message, E extends Message, Known extends State>(
  { known }: Aggregate<State, C, E, Known>,
  id: string,
  place: Folded<State>,
): Versioned<State, Known> => new Versioned(id, place, known);
