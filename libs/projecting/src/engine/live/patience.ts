import { MasterKeyMissing } from '@yoyaku/eventing';
import { sleep } from '@yoyaku/kernel';
import { outcomeOf } from '@yoyaku/postgres';
import type { ProjectorLog } from '../running/log';
import { isPassing } from '../running/passing';

const RETRY = 250;

type Step = () => Promise<void>;

/** Repeats steps until they succeed: PostgreSQL or the event store may be down for a while. */
export class Patience {
  /** Steps that fail because this process lacks a master key. */
  private readonly locked = new Set<Step>();

  constructor(
    private readonly log: ProjectorLog,
    private readonly signal: AbortSignal,
  ) {}

  /** Whether a step stands still because this process lacks a master key. */
  get lacksMasterKey(): boolean {
    return this.locked.size > 0;
  }

  /** Resolves when the step has succeeded, or when the signal aborts. */
  async repeat(step: Step): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await step();
        this.locked.delete(step);
        return;
      } catch (error) {
        this.report(step, error);
        if (outcomeOf(error) !== 'conflict') await sleep(RETRY, { signal: this.signal });
      }
    }
  }

  private report(step: Step, err: unknown): void {
    if (err instanceof MasterKeyMissing) {
      if (!this.locked.has(step))
        this.log.error({ err }, 'Projections wait for a master key, which a new start must bring');
      this.locked.add(step);
    } else if (isPassing(err)) this.log.warn({ err }, 'Projections wait for PostgreSQL or the event store');
    else this.log.error({ err }, 'Projections stand still because of a fault');
  }
}
