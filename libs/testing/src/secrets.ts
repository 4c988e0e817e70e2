import { randomBytes } from 'node:crypto';

/** The secrets that a configuration needs: made anew for each run of the tests, and the same in all its processes. */
export const testSecrets = {
  APP_SECRET: process.env.APP_SECRET || randomBytes(32).toString('base64url'),
  PII_MASTER_KEY: process.env.PII_MASTER_KEY || randomBytes(32).toString('base64'),
};
