import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveUuid, isUuid, newUuid, type Uuid } from '@yoyaku/kernel';

/** A secret that only the client holds: `<id>.<43 characters>`. We store its hash. */
export interface SecretToken {
  readonly id: Uuid;
  readonly text: string;
  readonly hash: Buffer;
}

export const newToken = (): SecretToken => tokenOf(newUuid(), randomBytes(32));

/**
 * The refresh token that follows another one. It is derived and not stored, so that a repeated request gets the same
 * token. To compute it, one needs the token before it and our key.
 */
export function tokenAfter({ id, text }: Pick<SecretToken, 'id' | 'text'>, key: string): SecretToken {
  const secret = createHmac('sha256', key).update(`yoyaku refresh token after ${text}`).digest();
  return tokenOf(deriveUuid('refresh token after', id), secret);
}

/** The token that a message carries. It is derived and not stored, so that the message can be written again as it was. */
export function tokenFor(messageId: Uuid, key: string): SecretToken {
  const secret = createHmac('sha256', key).update(`yoyaku code of message ${messageId}`).digest();
  return tokenOf(deriveUuid('code of message', messageId), secret);
}

/** Reads a token that a client sent. Undefined when the text is not a token. */
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
