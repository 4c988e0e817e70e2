import { userInfo } from 'node:os';
import { projections } from '@yoyaku/composition';
import { type Failure, ProjectionAdmin } from '@yoyaku/projecting';
import { Command } from 'commander';
import type { Environment } from './environment';
import type { Output } from './output/output';
import { table } from './output/table';
import { FAILURES, LEFT_OUT, SKIPS, statusesInWords } from './projections.words';
import { rebuildCommands } from './rebuild.commands';
import { verifyCommand } from './verify.command';

export const projectionsCommand = (environment: Environment, output: Output): Command => {
  const admin = () => new ProjectionAdmin(environment.pool(), projections);
  const printState = async (name: string) =>
    output.print(await admin().get(name), ({ state }) => `${name} is ${state}.`);
  const command = new Command('projections')
    .description('the read models')
    .addCommand(
      new Command('list')
        .description('version, state, lag and rate of each, and how many tenants it leaves out')
        .action(async () => output.print(await admin().list(), statusesInWords)),
    )
    .addCommand(
      new Command('pause')
        .description('stops a read model where it is')
        .argument('<name>')
        .action(async (name: string) => {
          await admin().pause(name);
          await printState(name);
        }),
    )
    .addCommand(
      new Command('resume')
        .description('lets a read model that was paused, or that failed (all of it, or for some tenants), go on')
        .argument('<name>')
        .option('--tenant <id>', 'only for this tenant, whom the read model leaves out')
        .action(async (name: string, { tenant }: { tenant?: string }) => {
          await admin().resume(name, { tenant });
          await printState(name);
        }),
    )
    .addCommand(
      new Command('drop')
        .description('drops a read model that no running build knows any more')
        .argument('<name>')
        .action(async (name: string) => {
          await admin().drop(name);
          await output.print({ dropped: name }, () => `${name} is dropped.`);
        }),
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
            const skipped: readonly Failure[] = await admin().skip(name, request);
            await output.print(skipped, (failures) => table(failures, FAILURES));
          },
        ),
    )
    .addCommand(
      new Command('skips')
        .description('the events that a read model passes over, and why')
        .argument('<name>')
        .action(async (name: string) =>
          output.print(await admin().skips(name), (skips) =>
            skips.length > 0 ? table(skips, SKIPS) : `${name} passes over no event.`,
          ),
        ),
    )
    .addCommand(
      new Command('withdraw-skip')
        .description('takes a skip back: the next rebuild of the read model applies the event')
        .argument('<name>')
        .argument('<event>', 'its id')
        .action(async (name: string, eventId: string) => {
          await admin().withdrawSkip(name, eventId);
          await output.print(
            { name, eventId },
            () => `The next rebuild of ${name} applies it; until then the rows stay without it.`,
          );
        }),
    )
    .addCommand(
      new Command('quarantined')
        .description('the tenants that read models leave out, and at which event they stopped')
        .action(async () => {
          const statuses = await admin().list();
          const leftOut = statuses.flatMap(({ name, quarantined }) =>
            quarantined.map((tenant) => ({ name, ...tenant })),
          );
          await output.print(leftOut, () =>
            leftOut.length > 0 ? table(leftOut, LEFT_OUT) : 'No read model leaves a tenant out.',
          );
        }),
    )
    .addCommand(verifyCommand(environment, output));
  for (const one of rebuildCommands(environment, output)) command.addCommand(one);
  return command;
};
