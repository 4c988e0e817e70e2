import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto';
import { Away } from '@yoyaku/postgres';

const NONCE = 12;
const TAG = 16;

export interface WrappedKey {
  readonly wrapped: Buffer;
  /** Name of the master key; null in rows of builds that knew only one. */
  readonly master: string | null;
}

/**
 * This process lacks the master key that wraps a person's key, until it is started with it. The data itself is sound.
 */
export class MasterKeyMissing extends Away {
  override readonly name = 'MasterKeyMissing';
}

/** The name of a master key. It does not reveal the key. */
const nameOf = (key: Buffer): string => hash('sha256', Buffer.concat([Buffer.from('master key '), key])).slice(0, 16);

/**
 * Keys of 32 bytes that encrypt other keys (AES-256-GCM, bound to the owner of the key). One of them wraps; all of them
 * can unwrap.
 */
export class MasterKeys {
  private readonly keys: ReadonlyMap<string, Buffer>;
  /** Name of the one that wraps. */
  readonly current: string;

  constructor(
    private readonly key: Buffer,
    others: readonly Buffer[] = [],
  ) {
    this.current = nameOf(key);
    this.keys = new Map([key, ...others].map((each) => [nameOf(each), each]));
  }

  get names(): readonly string[] {
    return [...this.keys.keys()];
  }

  wrap(subject: string, key: Buffer): WrappedKey {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(subject));
    return {
      wrapped: Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]),
      master: this.current,
    };
  }

  /** Throws when the row was altered, and {@link MasterKeyMissing} when its master key is not among these. */
  unwrap(subject: string, { wrapped, master }: WrappedKey): Buffer {
    if (master === null) return this.unwrapByAny(subject, wrapped);
    const key = this.keys.get(master);
    if (!key)
      throw new MasterKeyMissing(`The key of ${subject} is wrapped by master key ${master}, which is not given`);
    return unwrap(subject, wrapped, key);
  }

  private unwrapByAny(subject: string, wrapped: Buffer): Buffer {
    for (const key of this.keys.values()) {
      try {
        return unwrap(subject, wrapped, key);
      } catch {
        // It was wrapped by another master key.
      }
    }
    throw new MasterKeyMissing(`The key of ${subject} is wrapped by none of the master keys that are given`);
  }
}

function unwrap(subject: string, wrapped: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, NONCE))
    .setAAD(Buffer.from(subject))
    .setAuthTag(wrapped.subarray(-TAG));
  return Buffer.concat([decipher.update(wrapped.subarray(NONCE, -TAG)), decipher.final()]);
}
