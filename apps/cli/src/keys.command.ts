import { Command } from 'commander';
import type { Environment } from './environment';
import type { Output } from './output/output';

export const keysCommand = (environment: Environment, output: Output): Command =>
  new Command('keys').description('the keys that personal data is sealed with').addCommand(
    new Command('rewrap')
      .description('wraps with PII_MASTER_KEY every key that one of PII_MASTER_KEYS_OLD wrapped; can be run any time')
      .action(async () => {
        const rewrapped = await environment.subjectKeys().rewrap();
        await output.print({ rewrapped }, () => `${rewrapped.toLocaleString('en')} keys were wrapped anew.`);
      }),
  );
