import { Logger } from '@nestjs/common';
import { DomainError } from '@yoyaku/kernel';
import type { CommandContext } from '../aggregates/command-context';
import { ConcurrencyConflict } from '../aggregates/concurrency-conflict';

/** `refused`: a rule or a revision said no, and it was told so. `failed`: whatever else kept the command from its end. */
export type CommandOutcome = 'ok' | 'refused' | 'failed';

/** Told of each command, once it has ended, and how long it took. */
export type OnCommand = (command: string, outcome: CommandOutcome, seconds: number) => void;

/** Stands around every command, those that another command sends included: measures, and writes the debug log. */
export class CommandWatch {
  private readonly logger = new Logger('Commands');

  constructor(private readonly onCommand: OnCommand = () => {}) {}

  async run<Result>(command: string, context: CommandContext, handle: () => Promise<Result>): Promise<Result> {
    const begunAt = performance.now();
    let outcome: CommandOutcome = 'failed';
    try {
      const result = await handle();
      outcome = 'ok';
      return result;
    } catch (error) {
      if (error instanceof DomainError || error instanceof ConcurrencyConflict) outcome = 'refused';
      throw error;
    } finally {
      const ms = performance.now() - begunAt;
      this.onCommand(command, outcome, ms / 1_000);
      const { commandId, correlationId } = context;
      this.logger.debug({ msg: 'command', command, outcome, ms: Math.round(ms), commandId, correlationId });
    }
  }
}
