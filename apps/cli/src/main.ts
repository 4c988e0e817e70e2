import { isMistake, reasonOf } from '@yoyaku/composition';
import { migrate } from '@yoyaku/postgres';
import { Command } from 'commander';
import { auditCommand } from './audit.command';
import { Environment } from './environment';
import { eventStoreCommand } from './event-store.command';
import { eventsCommand } from './events.command';
import { keysCommand } from './keys.command';
import { endWhenNobodyReads } from './output';
import { projectionsCommand } from './projections.command';
import { streamsCommand } from './streams.command';

async function main(): Promise<void> {
  endWhenNobodyReads();
  const environment = new Environment();
  const program = new Command('yoyaku')
    .description('Operates a Yoyaku installation: the one of the environment, or the one that npm start runs here.')
    .addCommand(projectionsCommand(environment))
    .addCommand(eventsCommand(environment))
    .addCommand(streamsCommand(environment))
    .addCommand(eventStoreCommand(environment))
    .addCommand(auditCommand(environment))
    .addCommand(keysCommand(environment))
    .addCommand(
      new Command('migrate')
        .description('brings the state outside the event stream up to date')
        .action(() => migrate(environment.servers.databaseUrl)),
    );
  program.hook('preAction', (_, command) => (command.name() === 'migrate' ? undefined : environment.ensurePrefix()));
  try {
    await program.parseAsync();
  } finally {
    await environment.close();
  }
}

main().catch((error: unknown) => {
  console.error(`yoyaku: ${reasonOf(error)}`);
  if (isMistake(error)) console.error(error);
  process.exitCode = 1;
});
