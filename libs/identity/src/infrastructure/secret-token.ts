import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveUuid, isUuid, newUuid, type Uuid } from '@yoyaku/kernel';

/** A secret that a client holds and of which we keep the hash only: `<id>.<43 characters>`. */
export interface SecretToken {
  readonly id: Uuid;
  readonly text: string;
  readonly hash: Buffer;
}

export const newToken = (): SecretToken => tokenOf(newUuid(), randomBytes(32));

/**
 * The token that comes after another one. It is kept nowhere, and is the same whenever it is asked for: only who holds
 * both the token before it and our key can tell it.
 */
export function tokenAfter({ id, text }: Pick<SecretToken, 'id' | 'text'>, key: string): SecretToken {
  const secret = createHmac('sha256', key).update(`yoyaku refresh token after ${text}`).digest();
  return tokenOf(deriveUuid('refresh token after', id), secret);
}

/** What a client sent, or nothing when it is no token at all. */
export function readToken(text: string): SecretToken | undefined {
  const [id = '', secret = ''] = text.split('.');
  return isUuid(id) ? { id, text, hash: hashOf(secret) } : undefined;
}

export const sameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function tokenOf(id: Uuid, bytes: Buffer): SecretToken {
  const secret = bytes.toString('base64url');
  return { id, text: `${id}.${secret}`, hash: hashOf(secret) };
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
