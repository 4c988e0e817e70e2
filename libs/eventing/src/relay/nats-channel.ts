import { createSecretKey } from 'node:crypto';
import { once } from 'node:events';
import { sleep } from '@yoyaku/kernel';
import { inSpans } from '@yoyaku/tracing';
import {
  AckPolicy,
  type Consumer,
  ConsumerEvents,
  connect,
  DeliverPolicy,
  DiscardPolicy,
  Events,
  type JsMsg,
  type MsgHdrs,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
} from 'nats';
import { categoryOf, type StoredEvent } from '../envelope/stored-event';
import { type Delivery, MessageCodec } from './message';
import { partitionOf } from './partition';
import { publishSpans } from './publish-spans';

export interface NatsChannelOptions {
  /** `nats://user:password@host:port`, several separated by commas; without user and password where NATS wants none. */
  readonly url: string;
  /** Name of the JetStream stream; subjects begin with it too. */
  readonly stream: string;
  readonly partitions: number;
  /** 32 bytes that only the product's processes have. Messages that were signed otherwise are ignored. */
  readonly key: Buffer;
  /** Called for every message that was not signed with the key, with the number of them so far. */
  readonly onRefused?: (count: number) => void;
  /** Called for every failed attempt to connect, until the server was reached for the first time. */
  readonly onUnreached?: (error: unknown) => void;
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
const RECONNECT = 500;
const PREFETCH = 1_000;
const HEARTBEAT = 5_000;
const PUBLISH_TIMEOUT = 5_000;
const LOOKED_BEHIND = 5_000;
/** Bytes that a message's headers take at most. */
const HEADERS_SIZE = 2_048;
/** Header with the sequence that a message must follow; JetStream refuses it otherwise. */
const EXPECTED = { stream: 'Nats-Expected-Stream', sequence: 'Nats-Expected-Last-Sequence' } as const;

/** The JetStream stream that carries events from the relay to every reader. It reconnects without limit. */
export class NatsChannel {
  private connection: NatsConnection | undefined;
  private readonly opening: Promise<void>;
  private readonly changes = new EventTarget();
  private readonly closing = new AbortController();
  private readonly messages: MessageCodec;
  private up = false;
  private refusals = 0;

  constructor(private readonly options: NatsChannelOptions) {
    this.messages = new MessageCodec(createSecretKey(options.key));
    this.opening = this.open();
  }

  /** Whether there is a connection to the server now. */
  get connected(): boolean {
    return this.up;
  }

  async untilConnected(signal: AbortSignal): Promise<void> {
    while (!this.up && !signal.aborted) await once(this.changes, 'change', { signal }).catch(() => {});
  }

  /** Makes the stream where there is none. Throws when the server does not answer. */
  async prepare(): Promise<void> {
    const { stream, replicas = 1, maxAge = 7 * DAY, maxBytes = 512 * MIB } = this.options;
    const manager = await this.nats.jetstreamManager();
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
   * The stream's last sequence, and the position of the event that its last message of ours holds, if there is one.
   * Others may publish too: so many of their messages are looked behind.
   */
  async last(): Promise<{ sequence: number; position: bigint | undefined }> {
    const { stream } = this.options;
    const { streams } = await this.nats.jetstreamManager();
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
    const { nats } = this;
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
    const { consumers } = await this.nats.jetstreamManager();
    const { name, delivered } = await consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.New,
      inactive_threshold: nanos(30_000),
      mem_storage: true,
    });
    const consumer = await this.nats.jetstream().consumers.get(stream, name);
    return { sequence: delivered.stream_seq, deliveries: this.believed(receive(consumer, signal)) };
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opening;
    await this.connection?.close();
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

  private async open(): Promise<void> {
    const { signal } = this.closing;
    const { servers, ...credentials } = addressed(this.options.url);
    while (!this.connection && !signal.aborted) {
      this.connection = await connect({
        servers,
        ...credentials,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        pingInterval: 1_000,
        maxPingOut: 2,
        noAsyncTraces: true,
      }).catch((error) => {
        this.options.onUnreached?.(error);
        return undefined;
      });
      if (!this.connection) await sleep(RECONNECT, { signal });
    }
    if (this.connection) void this.watch(this.connection);
  }

  private async watch(connection: NatsConnection): Promise<void> {
    this.change(true);
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) this.change(false);
      if (type === Events.Reconnect) this.change(true);
    }
    this.change(false);
  }

  private change(up: boolean): void {
    this.up = up;
    this.changes.dispatchEvent(new Event('change'));
  }

  private subjectOf({ stream, type, metadata: { tenantId } }: StoredEvent): string {
    return `${this.prefix}.${partitionOf({ tenantId, stream }, this.options.partitions)}.${categoryOf(stream)}.${type}`;
  }

  private get prefix(): string {
    return this.options.stream.toLowerCase();
  }

  private get nats(): NatsConnection {
    if (!this.connection || !this.up) throw new Error('NATS is not connected');
    return this.connection;
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

/** Whether the error comes from NATS or its client. */
export const isOfNats = (error: unknown): error is Error => error instanceof NatsError;

/** The client knows some refusals by their status alone (503); what JetStream said of them comes with it. */
function inWords(error: unknown): never {
  if (error instanceof NatsError && error.api_error) error.message = error.api_error.description;
  throw error;
}

/** JetStream's code for a message that does not follow the last one. */
const WRONG_LAST_SEQUENCE = 10_071;

/** Whether a message was refused because the last message of the stream is not the one that it must follow. */
export const isOvertaken = (error: unknown): boolean =>
  error instanceof NatsError && error.api_error?.err_code === WRONG_LAST_SEQUENCE;

const isMissing = (error: unknown): boolean => error instanceof NatsError && error.api_error?.code === 404;

/** The client does not read user and password from addresses. Those of the first address are used for all. */
function addressed(url: string): { servers: string[]; user?: string; pass?: string } {
  const urls = url.split(',').map((text) => new URL(text.includes('://') ? text : `nats://${text}`));
  const [{ username, password }] = urls as [URL];
  const servers = urls.map(({ host }) => host);
  return username ? { servers, user: decodeURIComponent(username), pass: decodeURIComponent(password) } : { servers };
}
