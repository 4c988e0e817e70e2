import { checkRights } from '@yoyaku/eventing';
import { Command } from 'commander';
import type { Environment } from './environment';

export const eventStoreCommand = (environment: Environment): Command =>
  new Command('eventstore').description('the event store as a server').addCommand(
    new Command('check')
      .description('tells which rights are needed there, and whether the user of the URL has them')
      .action(async () => {
        const { eventStoreUrl, eventStorePrefix } = environment.servers;
        const checked = await checkRights(eventStoreUrl, eventStorePrefix);
        for (const { right, problem } of checked)
          console.log(`${problem ? 'no ' : 'yes'}  ${right}${problem ? `: ${problem}` : ''}`);
        if (checked.some(({ problem }) => problem)) process.exitCode = 1;
      }),
  );
