import { createPublicKey, verify } from 'node:crypto';
import { instant } from '@yoyaku/kernel';
import { SigningKey } from './signing-key';

const checkpoint = { position: 1_234n, events: 7, hash: 'ab'.repeat(32), takenAt: instant('2026-04-01T00:00:00Z') };

describe('a signing key', () => {
  const key = new SigningKey('a secret of this installation');

  it('knows its own signatures, also after a restart', () => {
    expect(new SigningKey('a secret of this installation').verify(key.sign(checkpoint))).toBe(true);
  });

  it('knows nothing else', () => {
    const signed = key.sign(checkpoint);
    expect(key.verify({ ...signed, events: 8 })).toBe(false);
    expect(key.verify({ ...signed, position: 1n })).toBe(false);
    expect(key.verify({ ...signed, signature: '' })).toBe(false);
    expect(new SigningKey('another secret').verify(signed)).toBe(false);
  });

  it('lets others check with its public key alone', () => {
    const { signature } = key.sign(checkpoint);
    const text = `yoyaku-checkpoint-v1\n1234\n7\n${checkpoint.hash}\n2026-04-01T00:00:00Z`;
    expect(verify(null, Buffer.from(text), createPublicKey(key.publicKeyPem), Buffer.from(signature, 'base64'))).toBe(
      true,
    );
  });
});
