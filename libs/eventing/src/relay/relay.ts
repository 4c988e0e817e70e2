import { setImmediate as turn } from 'node:timers/promises';
import { sleep } from '@yoyaku/kernel';
import type { StoredEvent } from '../envelope/stored-event';
import type { EventStore } from '../store/event-store';
import type { NatsChannel, RelayProgress } from './nats-channel';
import { isOvertaken } from './nats-errors';

export interface RelayOptions {
  readonly eventStore: EventStore;
  readonly channel: NatsChannel;
  /** Called once for a failure, even if it repeats. */
  readonly onError: (error: unknown) => void;
  /** Called when it works again, with the number of failures. */
  readonly onMended: (failures: number) => void;
}

/** When so many events wait to be published, reading the store pauses. */
const WAITING = 512;
const RETRY = 250;

/**
 * The store ends before the last published event: it was restored from an older backup, or is another store. New events
 * would get positions that readers have already passed.
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
 * where to go on; into an empty stream come the events from now on, for readers have those before from the store. Two
 * relays at once do no harm, for each message names the sequence it must follow; one of them fails and looks again.
 *
 * What arrives while some events are being published is published together after them: a lone event waits for nobody,
 * and under load many share a write to NATS and its answer.
 */
export class Relay {
  private confirmed: RelayProgress | undefined;
  /** How many failures came in a row, and the last one that was reported. */
  private failures = 0;
  private reported: string | undefined;

  constructor(private readonly options: RelayOptions) {}

  get progress(): RelayProgress | undefined {
    return this.confirmed;
  }

  /** Relays until `signal` aborts. It survives every failure of the store and of NATS. */
  async run(signal: AbortSignal): Promise<void> {
    const { channel } = this.options;
    while (!signal.aborted) {
      await channel.untilConnected(signal);
      if (signal.aborted) break;
      try {
        await this.follow(signal);
      } catch (error) {
        this.failed(error);
      }
      this.confirmed = undefined;
      await sleep(RETRY, { signal });
    }
  }

  private failed(error: unknown): void {
    this.failures += 1;
    // Another relay was there first, or one of several events was refused: the next try, with one alone, tells which.
    if (this.failures === 1 && isOvertaken(error)) return;
    if (this.reported !== String(error)) this.options.onError(error);
    this.reported = String(error);
  }

  private works(): void {
    if (this.reported !== undefined) this.options.onMended(this.failures);
    this.failures = 0;
    this.reported = undefined;
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { eventStore, channel } = this.options;
    await channel.prepare();
    let last = await this.lastPublished();
    this.confirmed = last;
    const failed = new AbortController();
    const waiting: StoredEvent[] = [];
    let publishing: Promise<void> | undefined;
    const publish = async () => {
      try {
        // What arrives in the same turn of the event loop goes together.
        await turn();
        while (waiting.length > 0) {
          const events = waiting.splice(0, this.failures > 0 ? 1 : waiting.length);
          last = await channel.publish(events, last);
          this.confirmed = last;
          this.works();
        }
      } catch (error) {
        failed.abort(error);
      }
      publishing = undefined;
    };

    const until = AbortSignal.any([signal, failed.signal]);
    const onCurrent = () => {
      if (waiting.length === 0 && !publishing && !failed.signal.aborted) this.works();
    };
    for await (const event of eventStore.subscribeToAll({ after: last.position, signal: until, onCurrent })) {
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
