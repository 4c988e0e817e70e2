import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isUuid, newUuid, type Uuid } from '@yoyaku/kernel';

/** A secret that a client holds and of which we keep the hash only: `<id>.<43 characters>`. */
export interface SecretToken {
  readonly id: Uuid;
  readonly text: string;
  readonly hash: Buffer;
}

export function newToken(): SecretToken {
  const id = newUuid();
  const secret = randomBytes(32).toString('base64url');
  return { id, text: `${id}.${secret}`, hash: hashOf(secret) };
}

/** The id and hash of what a client sent, or nothing when it is no token at all. */
export function readToken(text: string): Pick<SecretToken, 'id' | 'hash'> | undefined {
  const [id = '', secret = ''] = text.split('.');
  return isUuid(id) ? { id, hash: hashOf(secret) } : undefined;
}

export const sameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
