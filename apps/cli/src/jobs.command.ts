import { JobAdmin, type JobKindStatus } from '@yoyaku/reacting';
import { Command } from 'commander';
import type { Environment } from './environment';
import type { Output } from './output/output';
import { type Column, table } from './output/table';

const STATUSES: readonly Column<JobKindStatus>[] = [
  { heading: 'KIND', cell: ({ kind }) => kind },
  { heading: 'PLANNED', cell: ({ planned }) => planned },
  { heading: 'DUE', cell: ({ due }) => due },
  { heading: 'ACTIVE', cell: ({ active }) => active },
  { heading: 'FAILED', cell: ({ failed }) => failed, style: ({ failed }) => (failed > 0 ? 'red' : 'reset') },
  { heading: 'WAITING SINCE', cell: ({ waitingSince }) => waitingSince ?? '' },
];

export const jobsCommand = (environment: Environment, output: Output): Command => {
  const admin = () => new JobAdmin(environment.servers.databaseUrl, environment.pool());
  return new Command('jobs')
    .description('what follows from events, and when')
    .addCommand(
      new Command('list')
        .description('how many jobs of each kind are planned, due, being done, or were tried in vain')
        .action(async () => output.print(await admin().list(), (statuses) => table(statuses, STATUSES))),
    )
    .addCommand(
      new Command('retry')
        .description('has all jobs tried again that were tried in vain')
        .action(async () =>
          output.print({ retried: await admin().retryFailed() }, ({ retried }) =>
            retried === 1 ? '1 job is tried again.' : `${retried.toLocaleString('en')} jobs are tried again.`,
          ),
        ),
    );
};
