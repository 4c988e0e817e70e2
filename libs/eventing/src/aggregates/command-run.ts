import { setTimeout as delay } from 'node:timers/promises';
import { covers } from '@yoyaku/access';
import {
  type Aggregate,
  DomainError,
  decide,
  ensure,
  evolve,
  type Message,
  type Occurred,
  streamOf,
  type Taken,
} from '@yoyaku/kernel';
import { inSpan } from '@yoyaku/tracing';
import type { EventCodec } from '../envelope/event-codec';
import { type NewEvent } from '../envelope/stored-event';
import { EventStoreDenied, EventStoreUnavailable, WrongExpectedRevision } from '../store/errors';
import { type EventStore } from '../store/event-store';
import type { CommandContext } from './command-context';
import { ConcurrencyConflict, isExpected } from './concurrency-conflict';
import { eventStoreSpan } from './event-store-span';
import type { StreamCache } from './stream-cache';
import { remember, type StreamState } from './stream-state';

/** An append that the store has confirmed, for the log. It holds ids only, no content of events. */
export interface AppendLine {
  readonly stream: string;
  /** Revision of the stream after the append. */
  readonly revision: number;
  readonly events: readonly string[];
  readonly tenant: string;
  readonly actor: string | null;
  readonly commandId: string;
  readonly causationId: string;
  readonly correlationId: string;
}

/** What a command needs to run. */
export interface CommandTools {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly cache: StreamCache;
  readonly onConflict: (category: string) => void;
  readonly log: (line: AppendLine) => void;
}

/** The outcome of an append. After all outcomes but `stored`, the stream must be read to learn what it holds. */
type Appending<State> =
  | { readonly kind: 'stored'; readonly after: StreamState<State> }
  /** The store already had events with these ids at that place, and stored nothing. */
  | { readonly kind: 'repeated' }
  /** Nothing was stored, because the stream is already beyond that revision. */
  | { readonly kind: 'moved' }
  /** The events may have been stored, or may still be. */
  | { readonly kind: 'unknown' };

/** Events sealed to follow a certain state of a stream, and the state after them. */
interface Sealing<State> {
  readonly before: StreamState<State>;
  readonly state: State;
  readonly tenant: string;
  readonly events: readonly NewEvent[];
}

/** How often, and for how long (ms), a command is tried again when others append first, before it is refused. */
const CONTENTION = { attempts: 12, patience: 2_500 };
/** The deadline of an append in milliseconds, for the store and for us. */
const DEADLINE = 2_500;

/**
 * Runs one command: decides and appends; if the stream has moved, reads on and decides again.
 *
 * An append without an answer may still be stored, even long after the deadline: a message can wait in a network, and a
 * server may commit after it gave up. If the stream is still at the expected revision, that does not prove that nothing
 * was stored. Only two things do settle it. Either the stream is beyond that revision, and then it holds the command's
 * events or not. Or the same sealed events are sent again with the same expected revision, and that is answered. Until
 * then nothing is decided, refused or built on it.
 */
export class CommandRun<State, C extends Message, E extends Message> {
  private readonly stream: string;
  /** An append of ours that may still be stored. */
  private sent: Sealing<State> | undefined;
  /** The moment (`performance.now()`) until which we wait for the running append, including retries. */
  private deadline = 0;

  constructor(
    private readonly tools: CommandTools,
    private readonly aggregate: Aggregate<State, C, E>,
    private readonly id: string,
    private readonly command: C,
    private readonly context: CommandContext,
    private readonly arrivedAt: number,
  ) {
    this.stream = streamOf(aggregate, id);
  }

  /**
   * The state of the stream after the command. Throws the decider's `DomainError`, {@link ConcurrencyConflict}, or
   * `EventStoreUnavailable` when the outcome of the append is not known in time.
   */
  async from(loaded: StreamState<State>): Promise<StreamState<State>> {
    const { cache } = this.tools;
    let known = loaded;
    let contended = false;
    const patience = performance.now() + CONTENTION.patience;
    if (this.context.repeated && !this.isIn(known) && (await cache.holds(this.stream, this.context))) return known;
    for (let failures = 0; failures < CONTENTION.attempts || performance.now() < patience; ) {
      if (this.isIn(known)) return known;
      let events: readonly E[] = [];
      if (this.sent?.before.revision !== known.revision) {
        const decided = this.decideOn(known);
        if (!('events' in decided) || decided.events.length === 0) {
          if (known.verifiedAt < this.arrivedAt) {
            known = await cache.requireLoad(this.aggregate, this.id);
            continue;
          }
          if ('refusal' in decided) throw decided.refusal;
          return known;
        }
        events = decided.events;
        this.sent = undefined;
        // Asked only now: who takes the command over later reads what was decided on here, or more.
        await this.context.ensureOwned?.();
      }
      const isSentAgain = this.sent !== undefined;
      const { sealing, appending } = await this.sealAndAppend(known, events);
      if (appending.kind === 'stored') return appending.after;
      this.sent = appending.kind === 'unknown' ? sealing : undefined;
      contended = appending.kind === 'moved';
      if (contended) this.tools.onConflict(this.aggregate.category);
      else cache.forget(this.stream);
      if (this.sent) await this.tools.store.untilAnswers(this.deadline - performance.now());
      known = await cache.requireLoad(this.aggregate, this.id);
      if (contended && known.revision <= sealing.before.revision) {
        // The store holds less than we know, so it was set back to an older state.
        cache.forget(this.stream);
        known = await cache.requireLoad(this.aggregate, this.id);
      }
      const mayStand = isSentAgain || !contended;
      if (mayStand && !this.isIn(known) && (await this.stands(sealing.before, known))) return known;
      failures += 1;
      if (this.sent && performance.now() > this.deadline) break;
      if (!this.isIn(known)) await delay(Math.random() * Math.min(200, 2 ** failures));
    }
    if (this.isIn(known)) return known;
    if (contended) throw new ConcurrencyConflict(this.stream, 'contention');
    throw new EventStoreUnavailable(new Error(`${this.stream}: not in time`));
  }

  private isIn({ commandIds }: StreamState<State>): boolean {
    return commandIds.includes(this.context.commandId);
  }

  /**
   * Whether the events that were sent to follow `before` are stored there. The state remembers only the last commands
   * of the stream, and while an append had no answer more commands than that may have followed.
   */
  private async stands(before: StreamState<State>, now: StreamState<State>): Promise<boolean> {
    if (now.revision <= before.revision) return false;
    const next = this.tools.store.readStream(this.stream, { from: before.revision + 1, limit: 1 });
    for await (const { metadata } of next) return metadata.commandId === this.context.commandId;
    return false;
  }

  private decideOn(
    known: StreamState<State>,
  ): { events: readonly E[] } | { refusal: DomainError | ConcurrencyConflict } {
    const { aggregate, context } = this;
    const { at, expectedRevisions } = context;
    if (expectedRevisions && !isExpected(expectedRevisions, known.revision, aggregate.unseen?.(known.state))) {
      return { refusal: new ConcurrencyConflict(aggregate.category, 'if_match', known.revision) };
    }
    const isOutside = known.revision >= 0 && !covers(context.scope, aggregate.tenantOf(known.state));
    if (isOutside) return { refusal: new DomainError('tenant.forbidden') };
    try {
      return { events: decide(aggregate.decider, { ...this.command, at } as Taken<C>, known.state) };
    } catch (error) {
      if (error instanceof DomainError) return { refusal: error };
      throw error;
    }
  }

  private async seal(before: StreamState<State>, events: readonly E[]): Promise<Sealing<State>> {
    const { aggregate, context } = this;
    const state = events.reduce(
      (folded, event) => evolve(aggregate.decider, folded, { ...event, at: context.at } as Occurred<E>),
      before.state,
    );
    const tenant = aggregate.tenantOf(state);
    ensure(covers(context.scope, tenant) || this.founds(tenant, before), 'tenant.forbidden');
    return {
      before,
      state,
      tenant,
      events: await this.tools.codec.sealAll(this.stream, events, context, tenant, before),
    };
  }

  /**
   * Sealed events name the span of their append as their cause. Events that were sent before are sent again unchanged.
   */
  private sealAndAppend(
    known: StreamState<State>,
    events: readonly E[],
  ): Promise<{ sealing: Sealing<State>; appending: Appending<State> }> {
    const about = () => eventStoreSpan('append', this.aggregate.category);
    return inSpan(about, async (span) => {
      const sealing = this.sent ?? (await this.seal(known, events));
      if (!this.sent) this.deadline = performance.now() + DEADLINE;
      const appending = await this.append(sealing);
      span?.setAttribute('yoyaku.append.outcome', appending.kind);
      return { sealing, appending };
    });
  }

  /** The founder of a business has no right in it before its first event. */
  private founds(tenant: string, { revision }: StreamState<State>): boolean {
    return revision < 0 && tenant === this.id && this.context.scope.kind === 'own';
  }

  private async append(sealing: Sealing<State>): Promise<Appending<State>> {
    const { cache, store } = this.tools;
    const { before, state, events } = sealing;
    const last = events.at(-1) as NewEvent;
    // If the store may already know these ids, the events that it reports as stored may be those of another process.
    const maySeeAgain = this.sent === sealing || mayBeRepeat(this.context);
    const { isUnread = false } = this.context;
    const listening =
      maySeeAgain && !isUnread ? cache.listenFor(this.stream, before.revision + events.length) : undefined;
    const sentAt = performance.now();
    try {
      const expected = before.revision < 0 ? 'no_stream' : before.revision;
      const appended = await store.append(this.stream, expected, events, Math.max(1, this.deadline - sentAt));
      const stored = listening ? await listening.outcome() : { position: appended.position, hash: last.metadata.hash };
      if (stored?.hash !== last.metadata.hash) return { kind: 'repeated' };
      const after: StreamState<State> = {
        state,
        revision: appended.revision,
        position: stored.position,
        createdAt: before.createdAt ?? this.context.at,
        updatedAt: this.context.at,
        hash: stored.hash,
        verifiedAt: sentAt,
        commandIds: remember(before.commandIds, this.context.commandId),
        epoch: before.epoch,
      };
      // What stands there may be what a process appended that ran the command before, with another hash.
      if (isUnread) cache.forget(this.stream);
      else cache.appended(this.aggregate, this.stream, before, after);
      this.tell(sealing, after.revision);
      return { kind: 'stored', after };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return { kind: 'moved' };
      // If the append was sent before without an answer, a denial proves nothing: the first one may still be stored.
      if (error instanceof EventStoreDenied && this.sent !== sealing) {
        cache.forget(this.stream);
        throw error;
      }
      if (error instanceof EventStoreUnavailable) return { kind: 'unknown' };
      throw error;
    } finally {
      listening?.end();
    }
  }

  private tell({ events, tenant }: Sealing<State>, revision: number): void {
    const { commandId, causationId, correlationId, actor } = this.context;
    this.tools.log({
      stream: this.stream,
      revision,
      events: events.map(({ type }) => type),
      tenant,
      actor: actor.id,
      commandId,
      causationId,
      correlationId,
    });
  }
}

/**
 * Ids of commands that come again (by an Idempotency-Key, of a reaction) are derived; all others are fresh UUIDv7s. One
 * that another process can take over comes again whatever its id is.
 */
const mayBeRepeat = ({ commandId, ensureOwned }: CommandContext): boolean =>
  commandId[14] !== '7' || ensureOwned !== undefined;
