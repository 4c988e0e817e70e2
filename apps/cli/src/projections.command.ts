import { userInfo } from 'node:os';
import { projections } from '@yoyaku/composition';
import { ProjectionAdmin, type ProjectionStatus } from '@yoyaku/projecting';
import { Command } from 'commander';
import type { Environment } from './environment';
import { rebuildCommands } from './rebuild.commands';
import { verifyCommand } from './verify.command';

export const projectionsCommand = (environment: Environment): Command => {
  const admin = () => new ProjectionAdmin(environment.pool(), projections);
  const command = new Command('projections')
    .description('the read models')
    .addCommand(
      new Command('list')
        .description('version, state, lag and rate of each')
        .action(async () => console.table((await admin().list()).map(summaryOf))),
    )
    .addCommand(
      new Command('pause')
        .description('stops a read model where it is')
        .argument('<name>')
        .action((name: string) => admin().pause(name)),
    )
    .addCommand(
      new Command('resume')
        .description('lets a read model that was paused or failed go on')
        .argument('<name>')
        .action((name: string) => admin().resume(name)),
    )
    .addCommand(
      new Command('skip')
        .description('lets a read model that failed go on behind the events that it failed at')
        .argument('<name>')
        .requiredOption('--reason <text>', 'why; it is recorded')
        .action(async (name: string, { reason }: { reason: string }) => {
          for (const failure of await admin().skip(name, { reason, by: userInfo().username })) console.log(failure);
        }),
    )
    .addCommand(verifyCommand(environment));
  for (const one of rebuildCommands(environment)) command.addCommand(one);
  return command;
};

/** What is furthest behind speaks for all partitions. */
function summaryOf({ name, version, definition, state, partitions, eventsPerSecond, failure }: ProjectionStatus) {
  const lags = partitions.map(({ lagEvents }) => lagEvents);
  return {
    name,
    version,
    definition,
    state,
    'lag, events': lags.includes(null) ? 'unknown' : Math.max(0, ...lags.map(Number)),
    'lag, s': Math.max(0, ...partitions.map(({ lagSeconds }) => lagSeconds)).toFixed(1),
    'events/s': Math.round(eventsPerSecond),
    failure: failure?.error ?? '',
  };
}
