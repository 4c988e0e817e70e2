import { type Aggregate, epochMs, evolve, type Instant, type Message, streamOf } from '@yoyaku/kernel';
import type { EventCodec } from '../envelope/event-codec';
import type { RecordedEvent } from '../envelope/recorded-event';
import { EventStoreUnavailable } from '../store/errors';
import { type EventStore } from '../store/event-store';
import type { CommandContext } from './command-context';
import { type AppendLine, CommandRun, type CommandTools, ConcurrencyConflict } from './command-run';
import { type Head, nothing } from './head';
import { batches, Heads } from './heads';
import { type SnapshotOptions, Snapshots } from './snapshots';

/** A state that was loaded; revision −1 says that there is no such stream. */
export type Loaded<State> = Pick<Head<State>, 'state' | 'revision' | 'position' | 'createdAt' | 'updatedAt'>;

/** The state after a command, and the stream's head that it belongs to. */
export interface Outcome<State> extends Loaded<State> {
  readonly id: string;
}

export interface LoadOptions {
  /**
   * Reads what others appended first. Otherwise the state may come from the cache, which
   * {@link AggregateStore.follow} keeps current within moments.
   */
  readonly fresh?: boolean;
}

export interface AggregateStoreOptions {
  /** Told of each append that was refused because its stream had moved. */
  readonly onConflict?: (category: string) => void;
  readonly log?: (line: AppendLine) => void;
  /** Without it there are no snapshots. */
  readonly snapshots?: SnapshotOptions;
  /** Told once of each cause for which what is remembered can not be kept current. */
  readonly onFollowError?: (error: unknown) => void;
}

/**
 * For operations of several steps, before the first: whether the thing is at a revision that `If-Match` names. Throws
 * {@link ConcurrencyConflict}. A command that is repeated may itself have moved it.
 */
export function ensureRevision(
  id: string,
  { revision }: Pick<Loaded<unknown>, 'revision'>,
  { expectedRevisions, repeated = false }: CommandContext,
): void {
  if (!repeated && expectedRevisions && !expectedRevisions.includes(revision))
    throw new ConcurrencyConflict(id, 'if_match');
}

/** How long a command waits for its turn, in milliseconds, while the store answers those before it. */
const PATIENCE = 30_000;
const CACHED_HEADS = 20_000;

/**
 * Loads, decides, appends: the one path from a command to stored events.
 *
 * Heads are cached, so a hot command appends without reading first; the expected revision makes that safe for what is
 * granted. What is refused, or changes nothing, is only said of a head known to be current after the command arrived.
 */
export class AggregateStore {
  private readonly heads: Heads;
  private readonly tools: CommandTools;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    { onConflict = () => {}, log = () => {}, snapshots, onFollowError }: AggregateStoreOptions = {},
  ) {
    const kept = snapshots && new Snapshots(store, snapshots);
    this.heads = new Heads(store, codec, kept, CACHED_HEADS, onFollowError);
    this.tools = { store, codec, heads: this.heads, onConflict, log };
  }

  /** The state of one instance. */
  async load<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    options: LoadOptions = {},
  ): Promise<Loaded<State>> {
    const current = options.fresh ? undefined : this.heads.current<State>(streamOf(aggregate, id));
    return current ?? this.heads.read(aggregate, id);
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
  async loadAt<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    at: Instant,
  ): Promise<Loaded<State>> {
    let loaded: Loaded<State> = nothing(aggregate, this.heads.epoch);
    for await (const event of this.history(aggregate, id)) {
      if (epochMs(event.at) > epochMs(at)) break;
      const { revision, position, at: updatedAt } = event;
      const state = evolve(aggregate.decider, loaded.state, event);
      loaded = { state, revision, position, createdAt: loaded.createdAt ?? updatedAt, updatedAt };
    }
    return loaded;
  }

  /**
   * Takes a command. Throws the decider's `DomainError`, `ConcurrencyConflict`, or {@link EventStoreUnavailable} when
   * the store does not take writes, or does not tell in time what became of the append.
   */
  execute<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    return this.take(aggregate, id, command, context, async () => {
      const known = context.repeated ? undefined : this.heads.remembered<State>(streamOf(aggregate, id));
      return known ?? (await this.heads.read(aggregate, id));
    });
  }

  /** {@link execute} for an instance that this very command makes: nobody looks first whether there is one already. */
  create<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome<State>> {
    if (context.repeated) return this.execute(aggregate, id, command, context);
    return this.take(aggregate, id, command, context, async () => nothing(aggregate, this.heads.epoch));
  }

  /** Keeps what {@link load} remembers current with what other processes append, until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.heads.follow(signal);
  }

  /** Drops what is remembered: somebody's key was destroyed. */
  forgetErased(): void {
    this.heads.forgetErased();
  }

  /** Commands for one stream take turns inside a process instead of racing for its revision. */
  private take<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    command: C,
    context: CommandContext,
    headOf: () => Promise<Head<State>>,
  ): Promise<Outcome<State>> {
    const arrivedAt = performance.now();
    return this.inTurn(streamOf(aggregate, id), async () => {
      if (performance.now() - arrivedAt > PATIENCE)
        throw new EventStoreUnavailable(new Error('Its turn came too late'));
      const run = new CommandRun(this.tools, aggregate, id, command, context, arrivedAt);
      const { state, revision, position, createdAt, updatedAt } = await run.from(await headOf());
      return { id, state, revision, position, createdAt, updatedAt };
    });
  }

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

  /** What waits or comes while the store takes no writes is told so at once: no queue grows. */
  private refuseWithoutWrites(): void {
    if (!this.store.takesWrites) throw new EventStoreUnavailable(new Error('The event store takes no writes'));
  }
}
