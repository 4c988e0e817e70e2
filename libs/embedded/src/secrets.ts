import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made at the first start of a data directory and kept with it. */
export interface Secrets {
  readonly appSecret: string;
  readonly piiMasterKey: string;
  readonly postgresPassword: string;
  readonly adminPassword: string;
  readonly demoPassword: string;
}

/** Reads `secrets.json` of the data directory, or makes it, readable by its owner only. */
export function keepSecrets(dataDir: string): { secrets: Secrets; isNew: boolean } {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return { secrets: JSON.parse(readFileSync(file, 'utf8')) as Secrets, isNew: false };
  const secrets: Secrets = {
    appSecret: randomBytes(32).toString('base64url'),
    piiMasterKey: randomBytes(32).toString('base64'),
    postgresPassword: randomBytes(18).toString('base64url'),
    adminPassword: randomBytes(12).toString('base64url'),
    demoPassword: randomBytes(12).toString('base64url'),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600, flag: 'wx' });
  return { secrets, isNew: true };
}
