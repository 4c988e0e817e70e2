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
import type { CommandContext } from './command-context';
import type { EventCodec } from './event-codec';
import { type Appended, type EventStore, EventStoreUnavailable, WrongExpectedRevision } from './event-store';
import { batches, type Head, Heads, nothing, remember } from './heads';
import type { RecordedEvent } from './recorded-event';

/** A state that was loaded; revision −1 says that there is no such stream. */
export type Loaded<State> = Pick<Head<State>, 'state' | 'revision' | 'position'>;

/** The state after a command, and the stream's head that it belongs to. */
export interface Outcome<State> extends Loaded<State> {
  readonly id: string;
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

/**
 * For operations of several steps, before the first: whether the thing is at the revision that `If-Match` names. Throws
 * {@link ConcurrencyConflict}. A command that is repeated may itself have moved it.
 */
export function ensureRevision(
  id: string,
  { revision }: Pick<Loaded<unknown>, 'revision'>,
  { expectedRevision = revision, repeated = false }: CommandContext,
): void {
  if (!repeated && expectedRevision !== revision) throw new ConcurrencyConflict(id, 'if_match');
}

export interface AggregateStoreMetrics {
  conflict(category: string): void;
}

/** An append that the store has confirmed, for the log: ids alone, nothing of what the events say. */
export interface AppendLine {
  readonly stream: string;
  /** Of the stream, after the append. */
  readonly revision: number;
  readonly events: readonly string[];
  readonly tenant: string;
  readonly actor: string | null;
  readonly commandId: string;
  readonly causationId: string;
  readonly correlationId: string;
}

const ATTEMPTS = 12;
const CACHED_HEADS = 20_000;

/**
 * Loads, decides, appends: the one path from a command to stored events.
 *
 * Heads are cached, so a hot command appends without reading first; the expected revision makes that safe for what is
 * granted. What is refused, or changes nothing, is only said of a head known to be current after the command arrived.
 */
export class AggregateStore {
  private readonly heads: Heads;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly metrics: AggregateStoreMetrics = { conflict: () => {} },
    private readonly log: (line: AppendLine) => void = () => {},
  ) {
    this.heads = new Heads(store, codec, CACHED_HEADS);
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
    const stream = streamOf(aggregate, id);
    return this.inTurn(stream, async () => {
      const known = context.repeated ? undefined : this.heads.remembered<State>(stream);
      return this.attempt(aggregate, id, known ?? (await this.heads.read(aggregate, id)), command, context, arrivedAt);
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
      this.attempt(aggregate, id, nothing(aggregate, this.heads.epoch), command, context, arrivedAt),
    );
  }

  /** Keeps what {@link load} remembers current with what other processes append, until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.heads.follow(signal);
  }

  /** Drops what is remembered: somebody's key was destroyed. */
  forgetErased(): void {
    this.heads.forgetErased();
  }

  private async attempt<State, C extends Message, E extends Message>(
    aggregate: Aggregate<State, C, E>,
    id: string,
    known: Head<State>,
    command: C,
    context: CommandContext,
    arrivedAt: number,
  ): Promise<Outcome<State>> {
    let head = known;
    for (let failures = 0; failures < ATTEMPTS; ) {
      if (head.commandIds.includes(context.commandId)) return outcome(id, head);
      const decided = decideOn(aggregate, command, context, head);
      if (!('events' in decided) || decided.events.length === 0) {
        if (head.verifiedAt < arrivedAt) {
          head = await this.heads.read(aggregate, id);
          continue;
        }
        if ('refusal' in decided) throw decided.refusal;
        return outcome(id, head);
      }
      const next = await this.append(aggregate, streamOf(aggregate, id), head, decided.events, context);
      if (next) return outcome(id, next);
      head = await this.heads.read(aggregate, id);
      if (head.commandIds.includes(context.commandId)) return outcome(id, head);
      this.metrics.conflict(aggregate.category);
      failures += 1;
      await delay(Math.random() * Math.min(200, 2 ** failures));
    }
    throw new ConcurrencyConflict(streamOf(aggregate, id), 'contention');
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
    const tenant = aggregate.tenantOf(state);
    const sealed = await this.codec.sealAll(stream, events, context, tenant, head);
    const sentAt = performance.now();
    const { seen } = this.heads;
    let appended: Appended;
    try {
      appended = await this.store.append(stream, head.revision < 0 ? 'no_stream' : head.revision, sealed);
    } catch (error) {
      this.heads.forget(stream);
      if (error instanceof WrongExpectedRevision || error instanceof EventStoreUnavailable) return undefined;
      throw error;
    }
    if (mayBeRepeat(context.commandId) && (seen === undefined || appended.position <= seen)) {
      // The store may have known these event ids and stored nothing: what stands there says what the command led to.
      this.heads.forget(stream);
      return undefined;
    }
    const next: Head<State> = {
      state,
      ...appended,
      hash: sealed.at(-1)?.metadata.hash ?? head.hash,
      verifiedAt: sentAt,
      commandIds: remember(head.commandIds, context.commandId),
      epoch: head.epoch,
    };
    this.heads.moved(aggregate, stream, head, next);
    const { commandId, causationId, correlationId } = context;
    this.log({
      ...{ stream, revision: next.revision, events: events.map(({ type }) => type) },
      ...{ tenant, actor: context.actor.id, commandId, causationId, correlationId },
    });
    return next;
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
  { at, expectedRevision }: CommandContext,
  head: Head<State>,
): Decided<E> {
  if (expectedRevision !== undefined && expectedRevision !== head.revision) {
    return { refusal: new ConcurrencyConflict(`${aggregate.category} at revision ${head.revision}`, 'if_match') };
  }
  try {
    return { events: decide(aggregate.decider, { ...command, at } as Taken<C>, head.state) };
  } catch (error) {
    if (error instanceof DomainError) return { refusal: error };
    throw error;
  }
}

/** Ids of commands that come again (by an Idempotency-Key, of a reaction) are derived; all others are fresh UUIDv7s. */
const mayBeRepeat = (commandId: string): boolean => commandId[14] !== '7';

const outcome = <State>(id: string, { state, revision, position }: Head<State>): Outcome<State> => ({
  id,
  state,
  revision,
  position,
});
