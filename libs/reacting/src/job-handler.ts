import type { CommandContext } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import type { Job, JobKind } from './job';
import type { Cause } from './planned-jobs';

/** A job that is due, as its handler gets it. */
export interface DueJob<Data extends object = object> {
  readonly data: Data;
  readonly cause: Cause;
  /** Never before the moment for which it was planned, even if this machine's clock is slow. */
  readonly now: Instant;
  /** For the command that it leads to. Every try of the job has the same command id. A second command needs `stepOf`. */
  readonly context: CommandContext;
  /** Aborts when it takes too long, or when another process has taken it over. */
  readonly signal: AbortSignal;
}

/**
 * Does the jobs of a kind. A job may be done twice, late, or after what it was planned for has changed: it looks at the
 * state again, and does nothing if there is nothing to do. If it throws, it is tried again later.
 */
// biome-ignore lint/suspicious/noExplicitAny: handlers are contravariant in their data, and it does not matter here
export interface JobHandler<Data extends object = any> {
  readonly kind: JobKind<Data>;
  /** Gives the jobs that follow from it. */
  run(job: DueJob<Data>): Promise<readonly Job[] | undefined>;
}
