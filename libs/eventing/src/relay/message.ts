import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Uuid } from '@yoyaku/kernel';
import { headers, type MsgHdrs } from 'nats';
import type { StoredEvent } from '../envelope/stored-event';

/** One event as NATS carries it. */
export interface Delivery {
  readonly position: bigint;
  /** Position of the event before it. A reader that has not seen that position has missed something. */
  readonly previous: bigint;
  readonly sequence: number;
  /** Absent if the event is too large for a message, or broken. Readers then get it from the store. */
  readonly event: StoredEvent | undefined;
}

/** An event as the relay publishes it. */
export interface RelayMessage {
  /** Where the event stands, and the keyed hash of the message. */
  readonly about: MsgHdrs;
  /** The event in JSON; empty when it is too large. */
  readonly body: Buffer;
}

const HEADER = {
  id: 'Event-Id',
  stream: 'Event-Stream',
  revision: 'Event-Revision',
  position: 'Event-Position',
  previous: 'Event-Previous-Position',
  mac: 'Event-Mac',
} as const;

const NOTHING = Buffer.alloc(0);

/**
 * Turns events into messages and back. Each message carries a keyed hash (HMAC-SHA-256) of its whole content: without
 * the key, nobody who can publish to NATS can put anything into a read model. A hash without a key, such as the event's
 * own, would not be enough, because a forger can compute it.
 */
export class MessageCodec {
  constructor(private readonly key: KeyObject) {}

  /** @param largest bytes that a body may have */
  write(
    { id, stream, revision, position, type, data, metadata, flaw }: StoredEvent,
    previous: bigint,
    largest: number,
  ): RelayMessage {
    const text = Buffer.from(JSON.stringify({ type, data, metadata }));
    // The body of a broken event is left out: every reader gets it from the store and finds by itself what is wrong.
    const body = text.length <= largest && flaw === undefined ? text : NOTHING;
    const about = headers();
    about.set(HEADER.id, id);
    about.set(HEADER.stream, stream);
    about.set(HEADER.revision, `${revision}`);
    about.set(HEADER.position, `${position}`);
    about.set(HEADER.previous, `${previous}`);
    about.set(HEADER.mac, this.mac(about, body).toString('base64'));
    return { about, body };
  }

  /** Undefined for a message that was not written with the key. */
  read(about: MsgHdrs | undefined, bytes: Uint8Array, sequence: number): Delivery | undefined {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!about || !this.isGenuine(about, body)) return undefined;
    const position = BigInt(about.get(HEADER.position));
    const previous = BigInt(about.get(HEADER.previous));
    if (body.length === 0) return { position, previous, sequence, event: undefined };
    const said = JSON.parse(body.toString()) as Pick<StoredEvent, 'type' | 'data' | 'metadata'>;
    const id = about.get(HEADER.id) as Uuid;
    const stream = about.get(HEADER.stream);
    const revision = Number(about.get(HEADER.revision));
    return { position, previous, sequence, event: { id, stream, revision, position, ...said } };
  }

  private isGenuine(about: MsgHdrs, body: Buffer): boolean {
    const claimed = Buffer.from(about.get(HEADER.mac), 'base64');
    const actual = this.mac(about, body);
    return claimed.length === actual.length && timingSafeEqual(claimed, actual);
  }

  private mac(about: MsgHdrs, body: Buffer): Buffer {
    const { id, stream, revision, position, previous } = HEADER;
    const said = [id, stream, revision, position, previous].map((name) => about.get(name));
    return createHmac('sha256', this.key).update(JSON.stringify(said)).update(body).digest();
  }
}
