import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../envelope/stored-event';
import type { EventStore } from '../store/event-store';
import { within } from '../store/within';

/** How long the store may not have been heard, in milliseconds, for what is remembered to pass for current. */
const MOST_STALE = 5_000;
/** How long to listen for an event of our own, in milliseconds, before it is read. */
const HEARING = 50;
const RETRY = { first: 100, most: 2_000 };

/** What stands at a place that a process appended to. */
export type Standing = Pick<StoredEvent, 'position'> & Pick<StoredEvent['metadata'], 'hash'>;

interface Listener {
  readonly revision: number;
  readonly heard: (event: Standing) => void;
}

export interface FollowingOptions {
  readonly store: EventStore;
  /** How many streams are remembered. */
  readonly size: number;
  /** All that was remembered may be outdated. */
  readonly onBegin: () => void;
  readonly onEvent: (event: StoredEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** Hears of every event of the store, and knows how far that goes. */
export class Following {
  /** The last revisions that were heard of. */
  private readonly revisions: LRUCache<string, number>;
  /** Who waits to hear of an event, by stream. */
  private readonly listeners = new Map<string, Listener>();
  private begunAt = Number.POSITIVE_INFINITY;
  private currentAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: FollowingOptions) {
    this.revisions = new LRUCache({ max: options.size });
  }

  /** Whether all that was stored until some seconds ago has been heard of. Never, unless the store is followed. */
  get isCurrent(): boolean {
    return performance.now() - this.currentAt < MOST_STALE;
  }

  /** `performance.now()` since when nothing is missed; of what was read before, news may have been. */
  get since(): number {
    return this.begunAt;
  }

  /** The stream's last revision, as far as it was heard of. */
  revisionOf(stream: string): number {
    return this.revisions.get(stream) ?? -1;
  }

  /**
   * Tells what stands at that revision once an append there was answered: an answer alone does not say whose sealing it
   * is. Whoever follows the store hears that anyway; otherwise it is read.
   */
  listenFor(stream: string, revision: number): { outcome: () => Promise<Standing | undefined>; end: () => void } {
    const hearing = Promise.withResolvers<Standing>();
    const listener = { revision, heard: hearing.resolve };
    this.listeners.set(stream, listener);
    return {
      outcome: async () => {
        const heard = this.isCurrent && (await within(HEARING, hearing.promise).catch(() => undefined));
        return heard || this.read(stream, revision);
      },
      end: () => {
        if (this.listeners.get(stream) === listener) this.listeners.delete(stream);
      },
    };
  }

  /**
   * Follows until the signal aborts. While nothing is heard what is remembered passes for current for some seconds; what
   * was missed is heard of first once the store is back.
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
        this.begunAt = performance.now();
        this.currentAt = askedAt;
        const onCurrent = (at: number) => {
          this.currentAt = at;
          pause = RETRY.first;
        };
        for await (const event of store.subscribeToAll({ after, signal, onCurrent })) {
          this.hear(event);
          onEvent(event);
        }
      } catch (error) {
        if (failed !== String(error)) onError(error);
        failed = String(error);
      }
      this.begunAt = Number.POSITIVE_INFINITY;
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** The event's metadata is not looked at unless somebody waits for it: reading it costs. */
  private hear(event: StoredEvent): void {
    const { stream, revision, position } = event;
    this.revisions.set(stream, revision);
    const listener = this.listeners.get(stream);
    if (listener?.revision === revision) listener.heard({ position, hash: event.metadata.hash });
  }

  private async read(stream: string, revision: number): Promise<Standing | undefined> {
    for await (const { position, metadata } of this.options.store.readStream(stream, { from: revision, limit: 1 })) {
      return { position, hash: metadata.hash };
    }
    return undefined;
  }
}
