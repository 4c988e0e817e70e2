import { type CheckedRight, checkRights } from '@yoyaku/eventing';
import { Command } from 'commander';
import type { Environment } from './environment';
import { ExitCode } from './exit-code';
import type { Output } from './output/output';
import { type Column, table } from './output/table';

export const eventStoreCommand = (environment: Environment, output: Output): Command =>
  new Command('eventstore').description('the event store as a server').addCommand(
    new Command('check')
      .description('tells which rights are needed there, and whether the user of the URL has them')
      .action(async () => {
        const { eventStoreUrl, eventStorePrefix } = environment.servers;
        const checked = await checkRights(eventStoreUrl, eventStorePrefix);
        await output.print(checked, (rights) => table(rights, COLUMNS));
        if (checked.some(({ problem }) => problem)) process.exitCode = ExitCode.problemFound;
      }),
  );

const COLUMNS: readonly Column<CheckedRight>[] = [
  {
    heading: 'GRANTED',
    cell: ({ problem }) => (problem ? 'no' : 'yes'),
    style: ({ problem }) => (problem ? 'red' : 'green'),
  },
  { heading: 'RIGHT', cell: ({ right }) => right },
  { heading: 'WHY NOT', cell: ({ problem }) => problem ?? '' },
];
