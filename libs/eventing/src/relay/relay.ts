import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { EventStore, StoredEvent } from '../event-store';
import type { NatsChannel, RelayProgress } from './nats-channel';

export interface RelayOptions {
  readonly eventStore: EventStore;
  readonly channel: NatsChannel;
  readonly onError: (error: unknown) => void;
}

/** Events that wait to be published, before the store is not read further. */
const WAITING = 512;
const RETRY = 250;

/**
 * The store ends before what was published last: it was restored from an older backup, or is another store. Events that
 * it takes from now on have positions that readers believe to have seen.
 */
export class PublishedBeyondStore extends Error {
  override readonly name = 'PublishedBeyondStore';

  constructor(published: bigint, head: bigint) {
    super(
      `Nothing is relayed: the event store ends at position ${head}, but NATS has events up to ${published}. Where the ` +
        'store was restored from an older backup, delete the stream in NATS, so that it is filled anew',
    );
  }
}

/**
 * Publishes every event of the store to the channel, in order. It keeps no checkpoint: the stream's last message says
 * where to go on; into an empty stream come the events from now on, for readers have those before from the store. Two relays at once do no harm, for each message names the sequence it must follow; one of them fails
 * and looks again.
 *
 * What arrives while some events are being published is published together after them: a lone event waits for nobody,
 * and under load many share a write to NATS and its answer.
 */
export class Relay {
  private confirmed: RelayProgress | undefined;
  /** It was said that the store ends too early, which stays so until somebody does something about it. */
  private isStuck = false;

  constructor(private readonly options: RelayOptions) {}

  get progress(): RelayProgress | undefined {
    return this.confirmed;
  }

  /** Relays until `signal` aborts, through every failure of the store and of NATS. */
  async run(signal: AbortSignal): Promise<void> {
    const { channel, onError } = this.options;
    while (!signal.aborted) {
      await channel.untilConnected(signal);
      if (signal.aborted) break;
      try {
        await this.follow(signal);
      } catch (error) {
        const isStuck = error instanceof PublishedBeyondStore;
        if (!(isStuck && this.isStuck)) onError(error);
        this.isStuck = isStuck;
      }
      this.confirmed = undefined;
      await delay(RETRY, undefined, { signal }).catch(() => {});
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { eventStore, channel } = this.options;
    await channel.prepare();
    let last = await this.lastPublished();
    this.confirmed = last;
    this.isStuck = false;
    const failed = new AbortController();
    let waiting: StoredEvent[] = [];
    let publishing: Promise<void> | undefined;
    const publish = async () => {
      try {
        // What arrives in the same turn of the event loop goes together.
        await turn();
        while (waiting.length > 0) {
          const events = waiting;
          waiting = [];
          last = await channel.publish(events, last);
          this.confirmed = last;
        }
      } catch (error) {
        failed.abort(error);
      }
      publishing = undefined;
    };

    const until = AbortSignal.any([signal, failed.signal]);
    for await (const event of eventStore.subscribeToAll({ after: last.position, signal: until })) {
      waiting.push(event);
      publishing ??= publish();
      if (waiting.length >= WAITING) await publishing;
      if (failed.signal.aborted) break;
    }
    await publishing;
    failed.signal.throwIfAborted();
  }

  private async lastPublished(): Promise<RelayProgress> {
    const { channel, eventStore } = this.options;
    const { sequence, position } = await channel.last();
    const head = await eventStore.head();
    if (position !== undefined && position > head) throw new PublishedBeyondStore(position, head);
    return { sequence, position: position ?? head };
  }
}
