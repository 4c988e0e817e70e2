import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Instant } from '@yoyaku/kernel';
import type { HistoryMark } from './history-mark';

/** A mark of the history, with the moment when it was taken. */
export interface Checkpoint extends HistoryMark {
  readonly takenAt: Instant;
}

export interface SignedCheckpoint extends Checkpoint {
  /** Ed25519 over the checkpoint's text form, base64. */
  readonly signature: string;
}

/** DER of a PKCS#8 Ed25519 private key (RFC 8410) up to its 32-byte seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The installation's Ed25519 key, derived from its secret, so that there is one secret to keep. */
export class SigningKey {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor(appSecret: string) {
    const seed = Buffer.from(hkdfSync('sha256', appSecret, 'yoyaku', 'audit checkpoints', 32));
    this.privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.privateKey);
  }

  /** For auditors who check signatures by themselves: SPKI in PEM. */
  get publicKeyPem(): string {
    return this.publicKey.export({ format: 'pem', type: 'spki' }).toString();
  }

  sign(checkpoint: Checkpoint): SignedCheckpoint {
    return { ...checkpoint, signature: sign(null, textOf(checkpoint), this.privateKey).toString('base64') };
  }

  verify(checkpoint: SignedCheckpoint): boolean {
    return verify(null, textOf(checkpoint), this.publicKey, Buffer.from(checkpoint.signature, 'base64'));
  }
}

const textOf = ({ position, events, hash, takenAt }: Checkpoint): Buffer =>
  Buffer.from(['yoyaku-checkpoint-v1', position, events, hash, takenAt].join('\n'));
