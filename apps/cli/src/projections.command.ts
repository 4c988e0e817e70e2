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
        .description('version, state, lag and rate of each, and how many tenants it leaves out')
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
        .description('lets a read model that was paused, or that failed (all of it, or for some tenants), go on')
        .argument('<name>')
        .option('--tenant <id>', 'only for this tenant, whom the read model leaves out')
        .action((name: string, { tenant }: { tenant?: string }) => admin().resume(name, { tenant })),
    )
    .addCommand(
      new Command('drop')
        .description('drops a read model that no running build knows any more')
        .argument('<name>')
        .action((name: string) => admin().drop(name)),
    )
    .addCommand(
      new Command('skip')
        .description(
          'lets a read model pass over the events that it failed at; it holds for every version and rebuild to come',
        )
        .argument('<name>')
        .requiredOption('--reason <text>', 'why; it is recorded')
        .option('--tenant <id>', 'only the event at which this tenant stopped')
        .option('--event <id>', 'only this event')
        .action(
          async (name: string, { reason, tenant, event }: { reason: string; tenant?: string; event?: string }) => {
            const request = { reason, tenant, eventId: event, by: userInfo().username };
            for (const failure of await admin().skip(name, request)) console.log(failure);
          },
        ),
    )
    .addCommand(
      new Command('skips')
        .description('the events that a read model passes over, and why')
        .argument('<name>')
        .action(async (name: string) => {
          for (const { failure, reason, by, at } of await admin().skips(name)) {
            console.log(`${failure.eventId} ${failure.type} (${failure.stream}): ${reason}, ${by}, ${at}`);
          }
        }),
    )
    .addCommand(
      new Command('withdraw-skip')
        .description('takes a skip back: the next rebuild of the read model applies the event')
        .argument('<name>')
        .argument('<event>', 'its id')
        .action(async (name: string, event: string) => {
          await admin().withdrawSkip(name, event);
          console.log(`The next rebuild of ${name} applies it; until then the rows stay without it.`);
        }),
    )
    .addCommand(
      new Command('quarantined')
        .description('the tenants that read models leave out, and at which event they stopped')
        .action(async () => {
          for (const { name, quarantined } of await admin().list()) {
            for (const { tenant, state, failure } of quarantined) {
              const why = failure ? `${failure.type} ${failure.eventId} (${failure.stream}): ${failure.error}` : '';
              console.log(`${name} ${tenant} ${state} ${why}`.trimEnd());
            }
          }
        }),
    )
    .addCommand(verifyCommand(environment));
  for (const one of rebuildCommands(environment)) command.addCommand(one);
  return command;
};

/** What is furthest behind speaks for all partitions. */
function summaryOf(status: ProjectionStatus) {
  const { name, version, definition, state, partitions, quarantined, eventsPerSecond, failure } = status;
  const lags = partitions.map(({ lagEvents }) => lagEvents);
  return {
    name,
    version,
    definition,
    state,
    'lag, events': lags.includes(null) ? 'unknown' : Math.max(0, ...lags.map(Number)),
    'lag, s': Math.max(0, ...partitions.map(({ lagSeconds }) => lagSeconds)).toFixed(1),
    'events/s': Math.round(eventsPerSecond),
    'tenants left out': quarantined.length,
    failure: failure?.error ?? '',
  };
}
