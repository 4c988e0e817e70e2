import { createSecretKey } from 'node:crypto';
import { inSpans } from '@yoyaku/tracing';
import {
  AckPolicy,
  type Consumer,
  ConsumerEvents,
  DeliverPolicy,
  DiscardPolicy,
  type JsMsg,
  type MsgHdrs,
  nanos,
  RetentionPolicy,
  StorageType,
} from 'nats';
import { categoryOf, type StoredEvent } from '../envelope/stored-event';
import { type Delivery, MessageCodec } from './message';
import { inWords, isMissing } from './nats-errors';
import { NatsLink, type NatsLinkOptions } from './nats-link';
import { partitionOf } from './partition';
import { publishSpans } from './publish-spans';

export interface NatsChannelOptions extends NatsLinkOptions {
  /** Name of the JetStream stream; subjects begin with it too. */
  readonly stream: string;
  readonly partitions: number;
  /** 32 bytes that only the product's processes have. Messages that were signed otherwise are ignored. */
  readonly key: Buffer;
  /** Called for every message that was not signed with the key, with the number of them so far. */
  readonly onRefused?: (count: number) => void;
  readonly replicas?: number;
  /**
   * Age (ms) and size (bytes) beyond which the oldest messages are deleted: readers that are so far behind use the
   * store anyway. NATS refuses to create a stream for which its disk has no room.
   */
  readonly maxAge?: number;
  readonly maxBytes?: number;
}

/** What JetStream has confirmed last. */
export interface RelayProgress {
  readonly sequence: number;
  readonly position: bigint;
}

export interface Subscription {
  /** Sequence of the stream's last message when the subscription began. */
  readonly sequence: number;
  /**
   * What is published from then on, undefined for a message that is not believed; ends when anything is wrong with the
   * subscription.
   */
  readonly deliveries: AsyncIterable<Delivery | undefined>;
}

const DAY = 24 * 60 * 60 * 1_000;
const MIB = 2 ** 20;
const PREFETCH = 1_000;
const HEARTBEAT = 5_000;
const PUBLISH_TIMEOUT = 5_000;
const LOOKED_BEHIND = 5_000;
/** Bytes that a message's headers take at most. */
const HEADERS_SIZE = 2_048;
/** Header with the sequence that a message must follow; JetStream refuses it otherwise. */
const EXPECTED = { stream: 'Nats-Expected-Stream', sequence: 'Nats-Expected-Last-Sequence' } as const;

/** The JetStream stream that carries events from the relay to every reader. */
export class NatsChannel {
  private readonly link: NatsLink;
  private readonly messages: MessageCodec;
  private refusals = 0;

  constructor(private readonly options: NatsChannelOptions) {
    this.messages = new MessageCodec(createSecretKey(options.key));
    this.link = new NatsLink(options);
  }

  /** Whether there is a connection to the server now. */
  get connected(): boolean {
    return this.link.isUp;
  }

  untilConnected(signal: AbortSignal): Promise<void> {
    return this.link.untilUp(signal);
  }

  /** Makes the stream where there is none. Throws when the server does not answer. */
  async prepare(): Promise<void> {
    const { stream, replicas = 1, maxAge = 7 * DAY, maxBytes = 512 * MIB } = this.options;
    const manager = await this.link.nats.jetstreamManager();
    try {
      await manager.streams.info(stream);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await manager.streams.add({
        name: stream,
        subjects: [`${this.prefix}.>`],
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
        discard: DiscardPolicy.Old,
        num_replicas: replicas,
        max_age: nanos(maxAge),
        max_bytes: maxBytes,
        deny_delete: true,
      });
    }
  }

  /**
   * The stream's last sequence, and the position of the event in the last message of ours, if there is one. Others may
   * publish too, so up to `LOOKED_BEHIND` messages are searched.
   */
  async last(): Promise<{ sequence: number; position: bigint | undefined }> {
    const { stream } = this.options;
    const { streams } = await this.link.nats.jetstreamManager();
    const { state } = await streams.info(stream);
    const sequence = state.last_seq;
    const first = Math.max(1, state.first_seq);
    for (let seq = sequence; seq >= first && seq > sequence - LOOKED_BEHIND; seq--) {
      const message = await streams.getMessage(stream, { seq }).catch((error) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      const delivery = message && this.delivery(message.header, message.data, seq);
      if (delivery) return { sequence, position: delivery.position };
    }
    return { sequence, position: undefined };
  }

  /**
   * Publishes events as those that follow what was published last, and resolves with where the stream then stands.
   * Throws when the stream's last message is another (someone else publishes too) or the server does not answer; the
   * first of the events may be in it nevertheless.
   *
   * Each message names the sequence it must follow, so the answer to the last is the answer to all.
   */
  publish(events: readonly StoredEvent[], last: RelayProgress): Promise<RelayProgress> {
    return inSpans(
      () => publishSpans(this.options.stream, events),
      () => this.send(events, last),
    );
  }

  private async send(events: readonly StoredEvent[], last: RelayProgress): Promise<RelayProgress> {
    const { nats } = this.link;
    const largest = (nats.info?.max_payload ?? 0) - HEADERS_SIZE;
    let { sequence, position } = last;
    let confirming: Promise<unknown> | undefined;
    for (const event of events) {
      const { about, body } = this.messages.write(event, position, largest);
      about.set(EXPECTED.stream, this.options.stream);
      about.set(EXPECTED.sequence, `${sequence}`);
      if (event !== events.at(-1)) nats.publish(this.subjectOf(event), body, { headers: about });
      else {
        const options = { headers: about, timeout: PUBLISH_TIMEOUT };
        confirming = nats.jetstream().publish(this.subjectOf(event), body, options).catch(inWords);
      }
      sequence += 1;
      position = event.position;
    }
    await confirming;
    return { sequence, position };
  }

  /** Begins to receive what is published from now on. Throws when the stream is not there. */
  async subscribe(signal: AbortSignal): Promise<Subscription> {
    const { stream } = this.options;
    const { consumers } = await this.link.nats.jetstreamManager();
    const { name, delivered } = await consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.New,
      inactive_threshold: nanos(30_000),
      mem_storage: true,
    });
    const consumer = await this.link.nats.jetstream().consumers.get(stream, name);
    return { sequence: delivered.stream_seq, deliveries: this.believed(receive(consumer, signal)) };
  }

  close(): Promise<void> {
    return this.link.close();
  }

  private async *believed(messages: AsyncIterable<JsMsg>): AsyncIterable<Delivery | undefined> {
    for await (const { headers, data, seq } of messages) yield this.delivery(headers, data, seq);
  }

  private delivery(about: MsgHdrs | undefined, body: Uint8Array, sequence: number): Delivery | undefined {
    const delivery = this.messages.read(about, body, sequence);
    if (!delivery) {
      this.refusals += 1;
      this.options.onRefused?.(this.refusals);
    }
    return delivery;
  }

  private subjectOf({ stream, type, metadata: { tenantId } }: StoredEvent): string {
    return `${this.prefix}.${partitionOf({ tenantId, stream }, this.options.partitions)}.${categoryOf(stream)}.${type}`;
  }

  private get prefix(): string {
    return this.options.stream.toLowerCase();
  }
}

async function* receive(consumer: Consumer, signal: AbortSignal): AsyncIterable<JsMsg> {
  const messages = await consumer.consume({
    max_messages: PREFETCH,
    idle_heartbeat: HEARTBEAT,
    abort_on_missing_resource: true,
  });
  const stop = () => messages.stop();
  signal.addEventListener('abort', stop);
  void (async () => {
    for await (const { type } of await messages.status()) if (FATAL.has(type)) stop();
  })();
  try {
    yield* messages;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** After any of these messages may have been lost. Subscribing again is the simplest remedy. */
const FATAL: ReadonlySet<string> = new Set([
  ConsumerEvents.HeartbeatsMissed,
  ConsumerEvents.ConsumerNotFound,
  ConsumerEvents.ConsumerDeleted,
  ConsumerEvents.StreamNotFound,
  ConsumerEvents.NoResponders,
]);
