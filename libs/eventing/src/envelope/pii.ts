import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import type { Sealed } from './stored-event';

/**
 * Keys of 32 bytes, one for each data subject; see {@link subjectOf}. When a key is destroyed, everything that was
 * encrypted with it is erased, wherever it is stored.
 */
export interface SubjectKeys {
  /** The subjects' keys. Missing keys are made, but not for an erased subject. */
  ensure(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The keys that exist. */
  find(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /**
   * Erases the subject for good, here and in every process's cache, and makes PostgreSQL forget what it keeps of them
   * in clear outside the read models. Doing it again makes sure: it forgets what was kept meanwhile.
   */
  destroy(subject: string): Promise<void>;
  /**
   * Calls back when any process erases a subject. Without a subject: a notification may have been lost, so anybody may
   * have been erased. Afterwards the keys of erased subjects are no longer found.
   */
  onDestroyed(listener: (subject?: string) => void): void;
}

/**
 * The name of a subject's key: its kind and id. Things of two kinds may have the same id, but never the same key.
 * Events of earlier builds name only the id.
 */
export const subjectOf = (kind: string, id: string): string => `${kind}:${id}`;

/** The token by which Nest provides {@link SubjectKeys}. */
export const SUBJECT_KEYS = Symbol('SubjectKeys');

const NONCE = 12;
const TAG = 16;

/**
 * The place to which an encrypted actor address is bound. Personal data is bound to the event's id itself, so neither
 * of the two can be moved into the other's place.
 */
export const actorOf = (eventId: string): string => `actor:${eventId}`;

/** The address of an event's actor. Earlier builds bound it to the event's id alone, as they did the data. */
export function unsealActor(sealed: Sealed, key: Buffer, eventId: string): Record<string, unknown> {
  try {
    return unseal(sealed, key, actorOf(eventId));
  } catch {
    const value = unseal(sealed, key, eventId);
    if (!('ip' in value && 'userAgent' in value)) throw new Error(`The address of ${eventId} is something else`);
    return value;
  }
}

const drawn = Buffer.alloc(NONCE * 512);
let used = drawn.length;

/** Random bytes are drawn for many events at once: a call for each takes longer than the hash of an event. */
function newNonce(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += NONCE;
  return drawn.subarray(used - NONCE, used);
}

/** AES-256-GCM over the JSON of the value, bound to its place; see {@link actorOf}. */
export function seal(value: object, subject: string, key: Buffer, place: string): Sealed {
  const nonce = newNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  const box = Buffer.concat([nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { subject, box: box.toString('base64') };
}

/** The value that was sealed. Throws when the box was altered or belongs to another place. */
export function unseal({ box }: Sealed, key: Buffer, place: string): Record<string, unknown> {
  const bytes = Buffer.from(box, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
    .setAAD(Buffer.from(place))
    .setAuthTag(bytes.subarray(-TAG));
  const text = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
  return JSON.parse(text.toString('utf8'));
}
