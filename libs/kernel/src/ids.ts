import { hash, randomUUIDv7 } from 'node:crypto';
import type { Branded } from './branded';
import { ensure } from './domain-error';

/**
 * An id in its one canonical form: a UUID of RFC 9562 in lower-case text, neither nil nor max. Only {@link uuid} and
 * the functions below make one, so that one thing never has two streams or two rows. New ones are version 7, which sort
 * by time.
 */
export type Uuid = Branded<'uuid'>;

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether the text is an id in its canonical form already. */
export const isUuid = (text: string): text is Uuid => CANONICAL.test(text);

/** Reads an id from text in upper or lower case. Throws `id.malformed`. */
export function uuid(text: string): Uuid {
  const canonical = text.toLowerCase();
  ensure(isUuid(canonical), 'id.malformed', { id: text });
  return canonical;
}

/**
 * A fresh UUIDv7. For the edges only: domain and projections get their ids as arguments. Those that a process makes within
 * one millisecond sort in their order too: their 12 bits after the time count up (RFC 9562, 6.2, method 1), from a random
 * beginning in the lower half.
 */
export function newUuid(): Uuid {
  const id = randomUUIDv7();
  const millisecond = id.slice(0, 13);
  count = millisecond === last ? (count + 1) % 4_096 : Number.parseInt(id.slice(15, 18), 16) % 2_048;
  last = millisecond;
  return `${millisecond}-7${count.toString(16).padStart(3, '0')}${id.slice(18)}` as Uuid;
}

let last = '';
let count = 0;

/** The namespace under which Yoyaku derives ids; drawn once, never to be changed. */
const NAMESPACE = '6f0d6c1e-7a52-4c0b-9b57-51f5a8c7e2d4';

const NAMESPACE_BYTES = Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex');

/** UUIDv5 (RFC 9562) of the parts: the same parts always give the same id. It is fast, as every event needs one. */
export function deriveUuid(...parts: readonly (string | number)[]): Uuid {
  const name = Buffer.from(parts.join('\u001f'));
  const sha1 = hash('sha1', Buffer.concat([NAMESPACE_BYTES, name]), 'hex');
  const variant = '89ab'[Number.parseInt(sha1.charAt(16), 16) & 3];
  return `${sha1.slice(0, 8)}-${sha1.slice(8, 12)}-5${sha1.slice(13, 16)}-${variant}${sha1.slice(17, 20)}-${sha1.slice(20, 32)}` as Uuid;
}

/**
 * The id that a command gives to a thing it makes; every repeat of the command gives the same. It keeps the time of a
 * UUIDv7 command id, so that it sorts by time too; of any other command id a UUIDv5 is derived.
 */
export function deriveFrom(commandId: Uuid, what: string): Uuid {
  const derived = deriveUuid(commandId, what);
  return commandId[14] === '7' ? (`${commandId.slice(0, 13)}-7${derived.slice(15)}` as Uuid) : derived;
}
