import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, NatsChannel, StoredEvent } from '@yoyaku/eventing';
import { sleep } from '@yoyaku/kernel';
import { furthest } from '../running/positions';
import { ShortRead } from '../running/short-read';
import { StoreWentBack } from './store-went-back';

export interface Incoming {
  readonly event: StoredEvent;
  readonly previous: bigint;
  /** Sequence in JetStream, or of the last message before; null on the direct path. */
  readonly sequence: number | null;
}

export type ReadingPath = 'nats' | 'store';

export interface EventReaderOptions {
  readonly eventStore: EventStore;
  /** Absent: the store is followed directly. */
  readonly channel?: NatsChannel;
  readonly onPath: (path: ReadingPath, reason?: unknown) => void;
}

/** How often a silent source of events is compared with the store. */
const SILENCE = 1_000;
/** How long the store is followed after a failure of NATS, before NATS is tried again. */
const PATIENCE = { first: 1_000, most: 10_000 };

/**
 * Delivers every event after a position, once, in order and without a gap. The events come from NATS; from the store
 * when something is missing; and from the store alone while NATS is not available.
 */
export class EventReader {
  private current: ReadingPath | undefined;
  private sequence: number | null = null;
  /** Whether NATS has delivered a signed message since it was last tried. */
  private delivered = false;
  /** For what comes next; not for whoever takes what we give. */
  private waiting = false;
  /** Up to which position events of others were skipped. */
  private passed = -1n;
  private isLooking = false;

  constructor(
    private readonly options: EventReaderOptions,
    /** Position of the last delivered event. */
    private position: bigint,
  ) {}

  get path(): ReadingPath {
    return this.current ?? 'store';
  }

  /** Until `signal` aborts. Throws {@link StoreWentBack}. */
  async *read(signal: AbortSignal): AsyncIterable<Incoming> {
    const { channel } = this.options;
    let patience = 0;
    while (!signal.aborted) {
      if (channel?.connected) {
        this.delivered = false;
        try {
          yield* this.watched(signal, (ending) => this.fromChannel(channel, ending));
        } catch (error) {
          if (error instanceof StoreWentBack) throw error;
          this.goes('store', error);
        }
        patience = this.delivered ? PATIENCE.first : Math.min(PATIENCE.most, Math.max(PATIENCE.first, patience * 2));
      }
      try {
        yield* this.watched(signal, (ending) => this.fromStore(ending, patience));
      } catch (error) {
        if (error instanceof StoreWentBack) throw error;
        // The store may have been set back and end before it.
        this.passed = -1n;
        await sleep(SILENCE, { signal });
      }
    }
  }

  private async *fromChannel(channel: NatsChannel, ending: AbortSignal): AsyncIterable<Incoming> {
    await channel.prepare();
    const { sequence, deliveries } = await channel.subscribe(ending);
    yield* this.upToHead();
    this.sequence = sequence;
    this.goes('nats');
    this.waiting = true;
    for await (const delivery of deliveries) {
      this.waiting = false;
      if (!delivery) {
        await this.refuseBlindness();
        this.waiting = true;
        continue;
      }
      this.delivered = true;
      const { position, previous, event } = delivery;
      if (position > this.position) {
        if (previous > this.position) yield* this.upTo(previous);
        if (event) yield this.next(event, delivery.sequence);
        else yield* this.upTo(position);
      }
      this.sequence = delivery.sequence;
      this.waiting = true;
    }
    if (!ending.aborted) throw new Error('The subscription ended');
  }

  /**
   * Called when a message has no valid signature. Throws if the store has more than was delivered: then the relay is of
   * a build that does not sign, and NATS is of no use. If others publish beside our relay, their messages are ignored.
   */
  private async refuseBlindness(): Promise<void> {
    if (await this.hasMore()) throw new Error('What NATS brings is not signed');
  }

  /** Follows the store; with a channel that is up only for as long as patience says. */
  private async *fromStore(signal: AbortSignal, patience: number): AsyncIterable<Incoming> {
    const { eventStore, channel } = this.options;
    const enough = new AbortController();
    const ending = AbortSignal.any([signal, enough.signal]);
    this.goes('store');
    this.sequence = null;
    if (channel) {
      void delay(patience, undefined, { signal: ending })
        .then(() => channel.untilConnected(ending))
        .then(() => enough.abort())
        .catch(() => {});
    }
    this.waiting = true;
    const onPassed = (position: bigint) => {
      this.passed = position;
    };
    const after = this.reached;
    for await (const event of eventStore.subscribeToAll({ after, signal: ending, onPassed })) {
      this.waiting = false;
      yield this.next(event, null);
      this.waiting = true;
    }
    enough.abort();
  }

  /** Delivers everything that the store holds now. */
  private async *upToHead(): AsyncIterable<Incoming> {
    for await (const event of this.options.eventStore.readAll({ after: this.position })) {
      yield this.next(event, this.sequence);
    }
  }

  /**
   * Delivers what NATS has left out, up to and including that position. Throws {@link ShortRead} if the store lacks it.
   */
  private async *upTo(position: bigint): AsyncIterable<Incoming> {
    let reached = this.position;
    const onPassed = (passed: bigint) => {
      reached = passed;
    };
    for await (const event of this.options.eventStore.readAll({ after: this.position, onPassed })) {
      yield this.next(event, this.sequence);
      if (event.position >= position) return;
    }
    if (furthest(reached, this.position) < position) throw new ShortRead(this.position, position);
  }

  /** Whether the store holds more of ours. What others have put into it before that is passed over for good. */
  private async hasMore(): Promise<boolean> {
    const after = this.position;
    let passed = after;
    const onPassed = (position: bigint) => {
      passed = position;
    };
    for await (const _ of this.options.eventStore.readAll({ after, limit: 1, onPassed })) return true;
    // Otherwise an event has come meanwhile.
    if (this.position === after) this.position = passed;
    return false;
  }

  private next(event: StoredEvent, sequence: number | null): Incoming {
    const previous = this.position;
    this.position = event.position;
    return { event, previous, sequence };
  }

  /**
   * Delivers the events of one source, as long as it keeps up with the store. Throws if the source stays silent
   * although the store has new events: the relay is gone, or the connection is broken without notice.
   */
  private async *watched(
    signal: AbortSignal,
    follow: (ending: AbortSignal) => AsyncIterable<Incoming>,
  ): AsyncIterable<Incoming> {
    const silence = new AbortController();
    const looking = setInterval(() => this.look(silence), SILENCE);
    this.waiting = false;
    this.looked = { reached: this.reached, hasMore: false };
    try {
      yield* follow(AbortSignal.any([signal, silence.signal]));
    } finally {
      clearInterval(looking);
    }
    silence.signal.throwIfAborted();
  }

  /** At the last comparison: our position, and whether the store had more events for us. */
  private looked = { reached: 0n, hasMore: false };

  private get reached(): bigint {
    return furthest(this.position, this.passed);
  }

  private async look(silence: AbortController): Promise<void> {
    if (this.isLooking) return;
    const before = this.looked;
    const { position, reached } = this;
    const isSilent = () => this.waiting && this.reached === before.reached;
    this.looked = { reached, hasMore: false };
    if (!isSilent()) return;
    this.isLooking = true;
    try {
      const head = await this.options.eventStore.head();
      if (!isSilent()) return;
      if (head < position) await this.refuseOlderStore(silence);
      const hasMore = head > position && (await this.hasMore());
      // An event that was just appended may still be on its way. One that was there at the last comparison is late.
      if (before.hasMore && hasMore && isSilent()) silence.abort(new Error(`Nothing comes by way of ${this.path}`));
      this.looked = { reached: this.reached, hasMore };
    } catch {
      // The store does not answer. The next comparison will show more.
    } finally {
      this.isLooking = false;
    }
  }

  /** Events of others may be removed from the end of a store that did not go back. */
  private async refuseOlderStore(silence: AbortController): Promise<void> {
    const end = await this.options.eventStore.head({ system: true });
    if (end < this.position) silence.abort(new StoreWentBack(this.position, end));
  }

  private goes(path: ReadingPath, reason?: unknown): void {
    if (path === this.current) return;
    this.current = path;
    this.options.onPath(path, reason);
  }
}
