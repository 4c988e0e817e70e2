import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, NatsChannel, StoredEvent } from '@yoyaku/eventing';

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

/** A silent channel is held against the store this often. */
const SILENCE = 1_000;
/** How long the store is followed before NATS, after it failed, gets its next chance. */
const PATIENCE = { first: 1_000, most: 10_000 };

/**
 * Every event after a position, once, in order, without a hole: from NATS while it delivers, from the store whenever
 * something is missing, and from the store alone while NATS is away.
 */
export class EventReader {
  private current: ReadingPath | undefined;
  private sequence: number | null = null;
  /** For the channel; not for whoever takes what we give. */
  private waiting = false;

  constructor(
    private readonly options: EventReaderOptions,
    /** Of the last event that was given out. */
    private position: bigint,
  ) {}

  get path(): ReadingPath {
    return this.current ?? 'store';
  }

  async *read(signal: AbortSignal): AsyncIterable<Incoming> {
    const { channel } = this.options;
    let patience = 0;
    while (!signal.aborted) {
      if (channel?.connected) {
        const before = this.position;
        try {
          yield* this.fromChannel(channel, signal);
        } catch (error) {
          this.goes('store', error);
        }
        const delivered = this.position > before;
        patience = delivered ? PATIENCE.first : Math.min(PATIENCE.most, Math.max(PATIENCE.first, patience * 2));
      }
      yield* this.fromStore(signal, patience);
    }
  }

  private async *fromChannel(channel: NatsChannel, signal: AbortSignal): AsyncIterable<Incoming> {
    const silence = new AbortController();
    const ending = AbortSignal.any([signal, silence.signal]);
    await channel.prepare();
    const { sequence, deliveries } = await channel.subscribe(ending);
    yield* this.upToHead();
    this.sequence = sequence;
    this.goes('nats');
    const watch = this.watchSilence(silence);
    try {
      this.waiting = true;
      for await (const delivery of deliveries) {
        this.waiting = false;
        const { position, previous, event } = delivery;
        if (position > this.position) {
          if (previous > this.position) yield* this.upTo(previous);
          if (event) yield this.next(event, delivery.sequence);
          else yield* this.upTo(position);
        }
        this.sequence = delivery.sequence;
        this.waiting = true;
      }
    } finally {
      clearInterval(watch);
    }
    if (!signal.aborted) throw silence.signal.reason ?? new Error('The subscription ended');
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
    for await (const event of eventStore.subscribeToAll({ after: this.position, signal: ending })) {
      yield this.next(event, null);
    }
    enough.abort();
  }

  /** All that the store holds by now. */
  private async *upToHead(): AsyncIterable<Incoming> {
    for await (const event of this.options.eventStore.readAll({ after: this.position })) {
      yield this.next(event, this.sequence);
    }
  }

  /** What the channel left out, that position included. */
  private async *upTo(position: bigint): AsyncIterable<Incoming> {
    for await (const event of this.options.eventStore.readAll({ after: this.position })) {
      yield this.next(event, this.sequence);
      if (event.position >= position) return;
    }
  }

  private next(event: StoredEvent, sequence: number | null): Incoming {
    const previous = this.position;
    this.position = event.position;
    return { event, previous, sequence };
  }

  /** A channel that says nothing while the store has more (its relay is gone, say) is left. */
  private watchSilence(silence: AbortController): NodeJS.Timeout {
    let before = this.position;
    return setInterval(async () => {
      const silent = this.waiting && this.position === before;
      before = this.position;
      if (!silent) return;
      const head = await this.options.eventStore.head().catch(() => 0n);
      const stillSilent = this.waiting && this.position === before;
      if (stillSilent && head > before) silence.abort(new Error('NATS does not bring new events'));
    }, SILENCE);
  }

  private goes(path: ReadingPath, reason?: unknown): void {
    if (path === this.current) return;
    this.current = path;
    this.options.onPath(path, reason);
  }
}
