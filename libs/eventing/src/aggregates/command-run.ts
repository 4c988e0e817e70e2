import { setTimeout as delay } from 'node:timers/promises';
import {
  type Aggregate,
  DomainError,
  decide,
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
import { eventStoreSpan } from './event-store-span';
import { type Head, remember } from './head';
import type { Heads } from './heads';

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

/** What commands are run with. */
export interface CommandTools {
  readonly store: EventStore;
  readonly codec: EventCodec;
  readonly heads: Heads;
  readonly onConflict: (category: string) => void;
  readonly log: (line: AppendLine) => void;
}

/** What became of an append. Of all but `stored` the stream itself must tell what stands there now. */
type Appending<State> =
  | { readonly kind: 'stored'; readonly head: Head<State> }
  /** The store had events with these ids there already, and stored nothing. */
  | { readonly kind: 'repeated' }
  /** Nothing was stored: the stream was not at that revision, and will not be again. */
  | { readonly kind: 'moved' }
  /** It may have been stored, or may yet be. */
  | { readonly kind: 'unknown' };

/** Events sealed to follow a head, and the state after them. */
interface Sealing<State> {
  readonly before: Head<State>;
  readonly state: State;
  readonly tenant: string;
  readonly events: readonly NewEvent[];
}

/** A command that others are faster than is tried so often, and for so long (in milliseconds), before it is refused. */
const CONTENTION = { attempts: 12, patience: 2_500 };
/** How long an append is waited for, in milliseconds: the store's deadline and ours. */
const DEADLINE = 2_500;

/**
 * One command, from its turn to its outcome: decide, append, and where the stream has moved read on and decide again.
 *
 * An append without an answer may still land, however long the deadline is past: a message can wait in a network, and a
 * server may commit after it gave up. So that it was not stored is never concluded from a look at the stream that finds
 * it where the append expects it. Only two things settle it: the stream is beyond that revision, and holds the command
 * or does not; or the very same sealed events, sent again under the same revision, are answered. Until then nothing else
 * is decided, refused or built upon.
 */
export class CommandRun<State, C extends Message, E extends Message> {
  private readonly stream: string;
  /** An append of ours that may still land. */
  private sent: Sealing<State> | undefined;
  /** `performance.now()` after which the append under way, sent again or not, is no longer waited for. */
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
   * The head that the command led to. Throws the decider's `DomainError`, {@link ConcurrencyConflict}, or
   * `EventStoreUnavailable` when it is not told in time what became of the append.
   */
  async from(known: Head<State>): Promise<Head<State>> {
    const { heads } = this.tools;
    let head = known;
    let contended = false;
    const patience = performance.now() + CONTENTION.patience;
    if (this.context.repeated && !this.isIn(head) && (await heads.holds(this.stream, this.context))) return head;
    for (let failures = 0; failures < CONTENTION.attempts || performance.now() < patience; ) {
      if (this.isIn(head)) return head;
      let events: readonly E[] = [];
      if (this.sent?.before.revision !== head.revision) {
        const decided = this.decideOn(head);
        if (!('events' in decided) || decided.events.length === 0) {
          if (head.verifiedAt < this.arrivedAt) {
            head = await heads.read(this.aggregate, this.id);
            continue;
          }
          if ('refusal' in decided) throw decided.refusal;
          return head;
        }
        events = decided.events;
        this.sent = undefined;
      }
      const isSentAgain = this.sent !== undefined;
      const { sealing, appending } = await this.sealAndAppend(head, events);
      if (appending.kind === 'stored') return appending.head;
      this.sent = appending.kind === 'unknown' ? sealing : undefined;
      contended = appending.kind === 'moved';
      if (contended) this.tools.onConflict(this.aggregate.category);
      else heads.forget(this.stream);
      if (this.sent) await this.tools.store.untilAnswers(this.deadline - performance.now());
      head = await heads.read(this.aggregate, this.id);
      if (contended && head.revision <= sealing.before.revision) {
        // The store holds less than we knew: it was set back.
        heads.forget(this.stream);
        head = await heads.read(this.aggregate, this.id);
      }
      const mayStand = isSentAgain || !contended;
      if (mayStand && !this.isIn(head) && (await this.stands(sealing.before, head))) return head;
      failures += 1;
      if (this.sent && performance.now() > this.deadline) break;
      if (!this.isIn(head)) await delay(Math.random() * Math.min(200, 2 ** failures));
    }
    if (this.isIn(head)) return head;
    if (contended) throw new ConcurrencyConflict(this.stream, 'contention');
    throw new EventStoreUnavailable(new Error(`${this.stream}: not in time`));
  }

  private isIn({ commandIds }: Head<State>): boolean {
    return commandIds.includes(this.context.commandId);
  }

  /**
   * Whether what was sent to follow that head does. A head remembers the last commands alone, and while an append had no
   * answer more others than that may have come after it.
   */
  private async stands(before: Head<State>, now: Head<State>): Promise<boolean> {
    if (now.revision <= before.revision) return false;
    const next = this.tools.store.readStream(this.stream, { from: before.revision + 1, limit: 1 });
    for await (const { metadata } of next) return metadata.commandId === this.context.commandId;
    return false;
  }

  private decideOn(head: Head<State>): { events: readonly E[] } | { refusal: DomainError | ConcurrencyConflict } {
    const { aggregate, context } = this;
    const { at, expectedRevisions } = context;
    if (expectedRevisions && !expectedRevisions.includes(head.revision)) {
      return { refusal: new ConcurrencyConflict(`${aggregate.category} at revision ${head.revision}`, 'if_match') };
    }
    try {
      return { events: decide(aggregate.decider, { ...this.command, at } as Taken<C>, head.state) };
    } catch (error) {
      if (error instanceof DomainError) return { refusal: error };
      throw error;
    }
  }

  private async seal(before: Head<State>, events: readonly E[]): Promise<Sealing<State>> {
    const { aggregate, context } = this;
    const state = events.reduce(
      (folded, event) => evolve(aggregate.decider, folded, { ...event, at: context.at } as Occurred<E>),
      before.state,
    );
    const tenant = aggregate.tenantOf(state);
    return {
      before,
      state,
      tenant,
      events: await this.tools.codec.sealAll(this.stream, events, context, tenant, before),
    };
  }

  /** What is sealed names the span of its append as what led to it. What was sent before is sent again as it is. */
  private sealAndAppend(
    head: Head<State>,
    events: readonly E[],
  ): Promise<{ sealing: Sealing<State>; appending: Appending<State> }> {
    const about = () => eventStoreSpan('append', this.aggregate.category);
    return inSpan(about, async (span) => {
      const sealing = this.sent ?? (await this.seal(head, events));
      if (!this.sent) this.deadline = performance.now() + DEADLINE;
      const appending = await this.append(sealing);
      span?.setAttribute('yoyaku.append.outcome', appending.kind);
      return { sealing, appending };
    });
  }

  private async append(sealing: Sealing<State>): Promise<Appending<State>> {
    const { heads, store } = this.tools;
    const { before, state, events } = sealing;
    const last = events.at(-1) as NewEvent;
    // Whether the store may know these very ids: then what it calls stored may be what another process sealed.
    const maySeeAgain = this.sent === sealing || mayBeRepeat(this.context.commandId);
    const hearing = maySeeAgain ? heads.listenFor(this.stream, before.revision + events.length) : undefined;
    const sentAt = performance.now();
    try {
      const expected = before.revision < 0 ? 'no_stream' : before.revision;
      const appended = await store.append(this.stream, expected, events, Math.max(1, this.deadline - sentAt));
      const stored = hearing ? await hearing.outcome() : { position: appended.position, hash: last.metadata.hash };
      if (stored?.hash !== last.metadata.hash) return { kind: 'repeated' };
      const head: Head<State> = {
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
      heads.moved(this.aggregate, this.stream, before, head);
      this.tell(sealing, head.revision);
      return { kind: 'stored', head };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return { kind: 'moved' };
      // Of an append that was sent before without an answer, a denial tells nothing: the first one may still land.
      if (error instanceof EventStoreDenied && this.sent !== sealing) {
        heads.forget(this.stream);
        throw error;
      }
      if (error instanceof EventStoreUnavailable) return { kind: 'unknown' };
      throw error;
    } finally {
      hearing?.end();
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

/** Ids of commands that come again (by an Idempotency-Key, of a reaction) are derived; all others are fresh UUIDv7s. */
const mayBeRepeat = (commandId: string): boolean => commandId[14] !== '7';
