import { sleep } from '@yoyaku/kernel';
import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../envelope/stored-event';
import type { EventStore } from '../store/event-store';
import { within } from '../store/within';

/** Cached states count as current if the store was heard from within this time, in milliseconds. */
const MOST_STALE = 5_000;
/** How long to wait for an event of our own on the subscription, in milliseconds, before it is read. */
const LISTENING = 50;
const RETRY = { first: 100, most: 2_000 };

/** The event at a place to which a process appended. */
export type Standing = Pick<StoredEvent, 'position'> & Pick<StoredEvent['metadata'], 'hash'>;

interface Listener {
  readonly revision: number;
  readonly receive: (event: Standing) => void;
}

/** Told of every event that the process receives, in order. */
export interface FollowListener {
  /** Everything behind that position is told from now on. What stands between the last event that was told and it is not. */
  onBegin(after: bigint): void;
  onEvent(event: StoredEvent): void;
}

export interface FollowingOptions {
  readonly store: EventStore;
  /** Number of cached streams. */
  readonly size: number;
  /** Called when all cached states may be outdated. */
  readonly onBegin: () => void;
  readonly onEvent: (event: StoredEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** Subscribes to all events of the store, and knows up to which moment it has received them. */
export class Following {
  /** By stream: the last revision that was received. */
  private readonly revisions: LRUCache<string, number>;
  /** By stream: callers that wait for an event. */
  private readonly listeners = new Map<string, Listener>();
  private readonly followers = new Set<FollowListener>();
  /** Of what was received last, or where it begins. Undefined until then. */
  private position: bigint | undefined;
  private begunAt = Number.POSITIVE_INFINITY;
  private currentAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: FollowingOptions) {
    this.revisions = new LRUCache({ max: options.size });
  }

  /** Whether everything stored until some seconds ago was received. Always false if the store is not followed. */
  get isCurrent(): boolean {
    return performance.now() - this.currentAt < MOST_STALE;
  }

  /**
   * A moment (`performance.now()`) since which no event was missed. States that were read before it may be outdated.
   */
  get since(): number {
    return this.begunAt;
  }

  /** The stream's last revision that was received. */
  revisionOf(stream: string): number {
    return this.revisions.get(stream) ?? -1;
  }

  /**
   * Returns the event at that revision after an append there was answered. The answer alone does not show whether it is
   * our sealing or another process's. A process that follows the store receives the event; otherwise it is read.
   */
  listenFor(stream: string, revision: number): { outcome: () => Promise<Standing | undefined>; end: () => void } {
    const received = Promise.withResolvers<Standing>();
    const listener = { revision, receive: received.resolve };
    this.listeners.set(stream, listener);
    return {
      outcome: async () => {
        const event = this.isCurrent && (await within(LISTENING, received.promise).catch(() => undefined));
        return event || this.read(stream, revision);
      },
      end: () => {
        if (this.listeners.get(stream) === listener) this.listeners.delete(stream);
      },
    };
  }

  /** Tells the listener of everything that is received from now on. */
  tell(listener: FollowListener): void {
    this.followers.add(listener);
    if (this.position !== undefined) listener.onBegin(this.position);
  }

  /**
   * Follows the store until the signal aborts. When the connection is lost, cached states count as current for some
   * more seconds; once it is back, missed events are received first.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { store, onBegin, onEvent, onError } = this.options;
    let failed: string | undefined;
    for (let pause = RETRY.first; !signal.aborted; pause = Math.min(RETRY.most, pause * 2)) {
      try {
        const askedAt = performance.now();
        const after = await store.head();
        this.revisions.clear();
        onBegin();
        this.position = after;
        for (const follower of this.followers) follower.onBegin(after);
        this.begunAt = performance.now();
        this.currentAt = askedAt;
        const onCurrent = (at: number) => {
          this.currentAt = at;
          pause = RETRY.first;
        };
        for await (const event of store.subscribeToAll({ after, signal, onCurrent })) {
          this.receive(event);
          onEvent(event);
          for (const follower of this.followers) follower.onEvent(event);
        }
      } catch (error) {
        if (failed !== String(error)) onError(error);
        failed = String(error);
      }
      this.begunAt = Number.POSITIVE_INFINITY;
      await sleep(pause, { signal });
    }
  }

  /** Metadata is parsed only if somebody waits for the event, because parsing costs time. */
  private receive(event: StoredEvent): void {
    const { stream, revision, position } = event;
    this.revisions.set(stream, revision);
    this.position = position;
    const listener = this.listeners.get(stream);
    if (listener?.revision === revision) listener.receive({ position, hash: event.metadata.hash });
  }

  private async read(stream: string, revision: number): Promise<Standing | undefined> {
    for await (const { position, metadata } of this.options.store.readStream(stream, { from: revision, limit: 1 })) {
      return { position, hash: metadata.hash };
    }
    return undefined;
  }
}
