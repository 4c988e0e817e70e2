import { now } from '@yoyaku/kernel';
import type { Audit, AuditProgress } from '@yoyaku/platform';
import { Command } from 'commander';
import type { Environment } from './environment';
import { ExitCode } from './exit-code';
import type { Output } from './output/output';
import { progressText } from './output/progress-line';

export const auditCommand = (environment: Environment, output: Output): Command =>
  new Command('audit')
    .description('proof that history is what was appended')
    .addCommand(
      new Command('verify')
        .description('holds history against its hash chains and the signed checkpoints; exits with 1 when it is broken')
        .option('--from-last-checkpoint', 'trust the last checkpoint, and only verify what came after it')
        .action(async ({ fromLastCheckpoint = false }: { fromLastCheckpoint?: boolean }) => {
          const line = output.progress();
          const onProgress = (progress: AuditProgress) => line.show(progressText(progress));
          const audit = await environment.auditor().verify({ fromLastCheckpoint, onProgress });
          line.end();
          await output.print(audit, verdictOn);
          if (!audit.ok) process.exitCode = ExitCode.problemFound;
        }),
    )
    .addCommand(
      new Command('checkpoint')
        .description('verifies what came since the last checkpoint, and signs history as it is now')
        .action(async () => {
          const taken = await environment.auditor().takeCheckpoint(now());
          await output.print(taken ?? null, (checkpoint) =>
            checkpoint
              ? `Signed: ${checkpoint.events} events up to position ${checkpoint.position}, ${checkpoint.hash}`
              : 'Nothing came since the last checkpoint.',
          );
        }),
    );

function verdictOn({ ok, events, position, checkpoints, witnessedTo, brokenAt, brokenCheckpoint }: Audit): string {
  if (ok) {
    const witnessed = witnessedTo === null ? 'not at all' : `up to position ${witnessedTo}`;
    const through = `${checkpoints} checkpoints; the audit log saw them ${witnessed}`;
    return `Whole: ${events} events up to position ${position}, through ${through}.`;
  }
  const event = brokenAt && `${brokenAt.stream} at revision ${brokenAt.revision}`;
  const checkpoint = brokenCheckpoint !== null && `the checkpoint at position ${brokenCheckpoint}`;
  const where = [event, checkpoint].filter(Boolean).join('; ');
  return `Broken: ${where || `what follows position ${position} cannot be read`}.`;
}
