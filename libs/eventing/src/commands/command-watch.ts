import { DomainError } from '@yoyaku/kernel';
import type { CommandContext } from '../aggregates/command-context';
import { ConcurrencyConflict } from '../aggregates/concurrency-conflict';

/** `refused`: a rule or a wrong revision forbade the command. `failed`: any other error. */
export type CommandOutcome = 'ok' | 'refused' | 'failed';

export interface EndedCommand {
  /** The name in metrics and logs; a decider's command has its category in front. */
  readonly command: string;
  readonly outcome: CommandOutcome;
  readonly seconds: number;
  readonly context: CommandContext;
}

/** Measures every command, also those that another command sends, and reports each when it has ended. */
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
