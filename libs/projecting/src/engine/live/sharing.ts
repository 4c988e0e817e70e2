import { type Instant, sleep } from '@yoyaku/kernel';
import { sqlStateOf } from '@yoyaku/postgres';
import type { ProjectorLog } from '../running/log';
import type { Definition } from '../tables/definition';
import type { ReadingPath } from './event-reader';
import type { ShardOwnership } from './ownership';
import type { Shards } from './shards';

/** The status that a worker publishes with every heartbeat. */
export interface WorkerStatus {
  readonly path: ReadingPath;
  /** Position of the last event it read. */
  readonly position: string;
  /** Position up to which all its shards are written, except for those that catch up. */
  readonly applied: string;
  /** In JetStream, of what stands at `applied`. */
  readonly sequence: number | null;
  /** When the first event occurred that is read but not yet written; null if all are written. */
  readonly waitingSince: Instant | null;
  /** Shards that catch up, such as `bookings:3`. */
  readonly catchingUp: readonly string[];
  readonly relay: { readonly sequence: number; readonly position: string } | null;
  /** Events handled in a second, by projection. */
  readonly rates: Readonly<Record<string, number>>;
}

interface SharingOptions {
  readonly ownership: ShardOwnership;
  /** Projections of this build that are installed, or may be installed later. */
  readonly definitions: readonly Definition[];
  readonly shards: Shards;
  readonly status: () => WorkerStatus;
  readonly signal: AbortSignal;
  /** Called when the engine's own tables were dropped. */
  readonly onUnfit?: (reason: Error) => void;
  readonly log: ProjectorLog;
}

/** How often a worker beats. */
export const BEAT = 1_000;
/** SQLSTATEs of a table, or a schema, that is not there. */
const DROPPED = new Set<string | undefined>(['42P01', '3F000']);

/** Shares the shards out among the workers that are alive: says that this one is, and runs what falls to it. */
export class Sharing {
  private beating: Promise<void> | undefined;

  constructor(private readonly options: SharingOptions) {}

  /** Publishes a heartbeat, and takes or releases shards as workers come and go. */
  beat(): Promise<void> {
    if (this.options.signal.aborted) return this.beating ?? Promise.resolve();
    this.beating ??= this.share()
      .catch((error) => {
        this.options.log.warn({ err: error }, 'Projections cannot be shared out');
        if (DROPPED.has(sqlStateOf(error)))
          this.options.onUnfit?.(new Error('The read models were dropped', { cause: error }));
      })
      .finally(() => {
        this.beating = undefined;
      });
    return this.beating;
  }

  /** Only publishes a heartbeat; gives up soon if PostgreSQL does not answer. */
  async sayAlive(): Promise<void> {
    const { ownership, definitions, status } = this.options;
    const beating = ownership.beat(definitions, status()).catch(() => {});
    await Promise.race([beating, sleep(BEAT, { ref: false })]);
  }

  /** Lets the beat in progress end, and releases all shards. */
  async leave(): Promise<void> {
    await this.beating;
    await this.options.shards.live.flush().catch(() => {});
    await this.options.ownership.leave().catch(() => {});
  }

  private async share(): Promise<void> {
    const { ownership, definitions, shards, status } = this.options;
    const living = await ownership.beat(definitions, status());
    shards.keep(await ownership.claim(definitions, living));
  }
}
