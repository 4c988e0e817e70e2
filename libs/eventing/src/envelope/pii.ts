import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Sealed } from './stored-event';

/**
 * Keys of 32 bytes, one per data subject; see {@link subjectOf}. Destroying one erases all that was sealed with it,
 * wherever it stands.
 */
export interface SubjectKeys {
  /** The subjects' keys, made where there is none; an erased subject has none and gets none. */
  ensure(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The keys there are. */
  find(subjects: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  /**
   * Erases the subject for good, here and in every process's cache, and makes PostgreSQL forget what it keeps of them in
   * clear outside the read models. Doing it again makes sure: it forgets what was kept meanwhile.
   */
  destroy(subject: string): Promise<void>;
  /**
   * Tells whom was erased, by whatever process; without a subject: that it may have been anyone, unheard. From then on
   * their keys are found no more.
   */
  onDestroyed(listener: (subject?: string) => void): void;
}

/**
 * What a key is kept under: whose it is, by kind and id. Things of two kinds may have one id, never one key. Events of
 * earlier builds name the id alone.
 */
export const subjectOf = (kind: string, id: string): string => `${kind}:${id}`;

/** The token by which Nest provides {@link SubjectKeys}. */
export const SUBJECT_KEYS = Symbol('SubjectKeys');

const NONCE = 12;
const TAG = 16;

/**
 * Where in an event the actor's address stands. What is personal in its data stands at the event's id itself, so that
 * neither box can be put in the other's place.
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

/** AES-256-GCM over the JSON of the value, bound to its place; see {@link actorOf}. */
export function seal(value: object, subject: string, key: Buffer, place: string): Sealed {
  const nonce = randomBytes(NONCE);
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
