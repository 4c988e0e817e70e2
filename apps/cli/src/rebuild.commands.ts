import { userInfo } from 'node:os';
import { projections } from '@yoyaku/composition';
import type { Uuid } from '@yoyaku/kernel';
import { installProjections, ProjectionAdmin, type RebuildStatus } from '@yoyaku/projecting';
import { Command, InvalidArgumentError } from 'commander';
import type { Environment } from './environment';
import { ExitCode } from './exit-code';
import type { Output } from './output/output';
import { plain } from './output/plain';
import { progressText } from './output/progress-line';

export function rebuildCommands(environment: Environment, output: Output): Command[] {
  const admin = () => new ProjectionAdmin(environment.pool(), projections);
  const lastOf = async (name: string) => (await admin().rebuildOf(name)).id;
  const move = async (name: string, how: 'pauseRebuild' | 'resumeRebuild' | 'cancelRebuild') => {
    await admin()[how](await lastOf(name));
    await output.print(await admin().rebuildOf(name), stateInWords);
  };
  return [
    new Command('rebuild')
      .description('builds read models anew from all events, while they go on to serve; brings back dropped ones')
      .argument('[names...]')
      .option('--all', 'every read model there is, in one pass')
      .action(async (names: string[], { all = false }: { all?: boolean }) => {
        if (all === names.length > 0) throw new InvalidArgumentError('name the read models, or say --all');
        const { partitions } = environment.config;
        await installProjections(environment.pool(), projections, partitions, await environment.eventStore().head());
        const wanted = all ? projections.map(({ name }) => name) : names;
        await follow(admin(), await admin().rebuild(wanted, userInfo().username), output);
      }),
    new Command('follow-rebuild')
      .description('shows how the last rebuild of a read model goes, to its end')
      .argument('<name>')
      .action(async (name: string) => follow(admin(), await lastOf(name), output)),
    new Command('pause-rebuild')
      .description('lets a rebuild rest where it is')
      .argument('<name>')
      .action((name: string) => move(name, 'pauseRebuild')),
    new Command('resume-rebuild')
      .description('lets a rebuild that rests go on')
      .argument('<name>')
      .action((name: string) => move(name, 'resumeRebuild')),
    new Command('cancel-rebuild')
      .description('gives a rebuild up; the read models stay as they are')
      .argument('<name>')
      .action((name: string) => move(name, 'cancelRebuild')),
  ];
}

/** The rebuild goes on when this command ends. */
async function follow(admin: ProjectionAdmin, id: Uuid, output: Output): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt);
  const line = output.progress();
  let last: RebuildStatus | undefined;
  for await (last of admin.followRebuild(id, interrupted.signal)) line.show(progressOf(last));
  process.off('SIGINT', interrupt);
  line.end();
  if (!last) return;
  await output.print(last, verdictOn);
  if (last.state === 'failed' || last.state === 'cancelled') process.exitCode = ExitCode.problemFound;
}

const stateInWords = ({ projections: names, state, processed }: RebuildStatus): string =>
  `The rebuild of ${names.join(', ')} is ${state}, ${processed.toLocaleString('en')} events so far.`;

function progressOf({ total, state, ...rebuild }: RebuildStatus): string {
  return total === null ? 'waiting for a projector to take it up' : progressText({ ...rebuild, total }, state);
}

function verdictOn({ state, projections: names, processed, swapMs, failure }: RebuildStatus): string {
  const what = `${names.join(', ')}: ${processed.toLocaleString('en')} events`;
  if (state === 'done') return `Rebuilt ${what}; in their place within ${swapMs} ms.`;
  if (state === 'running' || state === 'paused') return `The rebuild goes on without us. ${what} so far.`;
  const before = `${what} so far; they are as they were before.`;
  if (!failure) return `The rebuild was given up. ${before}`;
  const at = 'type' in failure ? ` at ${failure.type} (${plain(failure.stream)}, revision ${failure.revision})` : '';
  return `The rebuild failed${at}: ${plain(failure.error)}. ${before}`;
}
