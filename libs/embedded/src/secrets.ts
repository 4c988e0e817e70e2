import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made at the first start of a data directory and kept with it. */
export interface Secrets {
  readonly appSecret: string;
  readonly piiMasterKey: string;
  readonly postgresPassword: string;
  readonly adminPassword: string;
  readonly demoPassword: string;
  /** To the pages of the local outbox. */
  readonly outboxKey: string;
}

/**
 * Reads `secrets.json` of the data directory, or makes it, readable by its owner only. A secret that the build before did
 * not have is added.
 */
export function keepSecrets(dataDir: string): { secrets: Secrets; isNew: boolean } {
  const file = join(dataDir, 'secrets.json');
  const isNew = !existsSync(file);
  const kept = isNew ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>);
  const secrets: Secrets = {
    appSecret: randomBytes(32).toString('base64url'),
    piiMasterKey: randomBytes(32).toString('base64'),
    postgresPassword: randomBytes(18).toString('base64url'),
    adminPassword: randomBytes(12).toString('base64url'),
    demoPassword: randomBytes(12).toString('base64url'),
    outboxKey: randomBytes(32).toString('base64url'),
    ...kept,
  };
  if (Object.keys(kept).length < Object.keys(secrets).length) {
    // Never half written: without what it holds, the data cannot be read.
    writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  return { secrets, isNew };
}
