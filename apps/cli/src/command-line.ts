import { styleText } from 'node:util';
import { migrate } from '@yoyaku/composition';
import { Command, CommanderError } from 'commander';
import { auditCommand } from './audit.command';
import type { Environment } from './environment';
import { eventStoreCommand } from './event-store.command';
import { eventsCommand } from './events.command';
import { EXIT_CODE_MEANINGS, ExitCode } from './exit-code';
import { failureOf } from './failure';
import { jobsCommand } from './jobs.command';
import { keysCommand } from './keys.command';
import { Output, toJson } from './output/output';
import { plain } from './output/plain';
import { projectionsCommand } from './projections.command';
import { streamsCommand } from './streams.command';

const EXIT_CODES = Object.entries(EXIT_CODE_MEANINGS).map(([code, meaning]) => `  ${code}  ${meaning}`);

/**
 * Runs one command, and sets the code that the process exits with. Why a command ended early is told on stderr.
 *
 * @param args without those that name Node and the script
 */
export async function runCommandLine(args: readonly string[], environment: Environment): Promise<void> {
  const output = new Output();
  try {
    await programOf(environment, output).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = tellFailure(error, output);
  }
}

function programOf(environment: Environment, output: Output): Command {
  const program = new Command('yoyaku')
    .description('Operates a Yoyaku installation: the one of the environment, or the one that npm start runs here.')
    .option(
      '--json',
      'answer with JSON, for programs: one document, or one a line where a command answers with a stream',
    )
    .on('option:json', () => {
      output.isJson = true;
    })
    .addHelpText('after', ['', 'Exits with', ...EXIT_CODES].join('\n'))
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook('preAction', (_, command) => (command.name() === 'migrate' ? undefined : environment.ensurePrefix()))
    .addCommand(projectionsCommand(environment, output))
    .addCommand(jobsCommand(environment, output))
    .addCommand(eventsCommand(environment, output))
    .addCommand(streamsCommand(environment, output))
    .addCommand(eventStoreCommand(environment, output))
    .addCommand(auditCommand(environment, output))
    .addCommand(keysCommand(environment, output))
    .addCommand(migrateCommand(environment, output));
  inheritSettings(program);
  return program;
}

const migrateCommand = (environment: Environment, output: Output): Command =>
  new Command('migrate').description('brings the state outside the event stream up to date').action(async () => {
    await migrate(environment.servers.databaseUrl);
    await output.print({ upToDate: true }, () => 'The state outside the event stream is up to date.');
  });

/** Commands that are made separately do not inherit the settings of the program that they are added to. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}

/** Gives the code to exit with. */
function tellFailure(error: unknown, { isJson }: Output): ExitCode {
  // The user asked for help, or gave no command, and commander has printed the help to stderr.
  if (error instanceof CommanderError && /^commander\.help/.test(error.code)) {
    return error.exitCode === 0 ? ExitCode.done : ExitCode.usageError;
  }
  const { exitCode, ...failure } = failureOf(error);
  const { message, code, stack } = failure;
  const inWords = [`${styleText('red', 'yoyaku:', { stream: process.stderr })} ${plain(message)} (${code})`, stack];
  process.stderr.write(`${isJson ? toJson(failure) : inWords.filter(Boolean).join('\n')}\n`);
  return exitCode;
}
