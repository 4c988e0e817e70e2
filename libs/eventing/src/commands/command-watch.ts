import { DomainError } from '@yoyaku/kernel';
import type { CommandContext } from '../aggregates/command-context';
import { ConcurrencyConflict } from '../aggregates/concurrency-conflict';

/** `refused`: a rule or a revision said no, and it was told so. `failed`: whatever else kept the command from its end. */
export type CommandOutcome = 'ok' | 'refused' | 'failed';

export interface EndedCommand {
  /** Its name, as in metrics and logs: of a decider's command with its category before it. */
  readonly command: string;
  readonly outcome: CommandOutcome;
  readonly seconds: number;
  readonly context: CommandContext;
}

/** Stands around every command, those that another command sends included, and tells of each once it has ended. */
export class CommandWatch {
  constructor(private readonly onEnd: (ended: EndedCommand) => void) {}

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
      this.onEnd({ command, outcome, seconds: (performance.now() - begunAt) / 1_000, context });
    }
  }
}
