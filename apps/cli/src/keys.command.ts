import { Command } from 'commander';
import type { Environment } from './environment';

export const keysCommand = (environment: Environment): Command =>
  new Command('keys').description('the keys that personal data is sealed with').addCommand(
    new Command('rewrap')
      .description('wraps with PII_MASTER_KEY every key that one of PII_MASTER_KEYS_OLD wrapped; can be run any time')
      .action(async () => {
        console.log(`${await environment.subjectKeys().rewrap()} keys were wrapped anew.`);
      }),
  );
