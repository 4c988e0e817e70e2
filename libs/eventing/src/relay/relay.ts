import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../event-store';
import type { NatsChannel } from './nats-channel';

export interface RelayOptions {
  readonly eventStore: EventStore;
  readonly channel: NatsChannel;
  /** Where to begin when the stream holds nothing: the lowest position that any reader stands at. */
  readonly lowestCheckpoint: () => Promise<bigint>;
  readonly onError: (error: unknown) => void;
}

/** What JetStream has confirmed last. */
export interface RelayProgress {
  readonly sequence: number;
  readonly position: bigint;
}

/** Messages published and not yet confirmed. */
const WINDOW = 256;
const RETRY = 250;

/**
 * Publishes every event of the store to the channel, in order. It keeps no checkpoint: the stream's last message says
 * where to go on. Two relays at once do no harm, for each message names the sequence it must follow; one of them fails
 * and looks again.
 */
export class Relay {
  private confirmed: RelayProgress | undefined;

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
        onError(error);
      }
      this.confirmed = undefined;
      await delay(RETRY, undefined, { signal }).catch(() => {});
    }
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const { eventStore, channel, lowestCheckpoint } = this.options;
    await channel.prepare();
    const last = await channel.last();
    let sequence = last.sequence;
    let previous = last.position ?? (await lowestCheckpoint());
    this.confirmed = { sequence, position: previous };

    const failed = new AbortController();
    const unconfirmed: Promise<void>[] = [];
    const following = eventStore.subscribeToAll({ after: previous, signal: AbortSignal.any([signal, failed.signal]) });
    for await (const event of following) {
      const confirming = channel.publish(event, previous, sequence);
      sequence += 1;
      previous = event.position;
      const progress = { sequence, position: previous };
      confirming.then(
        () => {
          this.confirmed = progress;
        },
        (error) => failed.abort(error),
      );
      unconfirmed.push(confirming);
      if (unconfirmed.length >= WINDOW) await unconfirmed.shift();
      if (failed.signal.aborted) break;
    }
    await Promise.allSettled(unconfirmed);
    failed.signal.throwIfAborted();
  }
}
