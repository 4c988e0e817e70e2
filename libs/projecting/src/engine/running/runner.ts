import type { Instant } from '@yoyaku/kernel';
import { type Statement, sqlStateOf } from '@yoyaku/postgres';
import { CHECKPOINT_MOVED } from '../tables/engine-schema';
import { inBatchSpans } from './batch-spans';
import { changesOf } from './changes';
import { messagesOf, type PartitionPosition, REACHED } from './channels';
import { checkpointsOf } from './checkpoints';
import { Handlers, type HandlersOptions } from './handlers';
import { type Level, levelsOf, movesOf } from './moves';
import { isPassing } from './passing';
import { furthest } from './positions';
import { type Failure, failureOf, type ReadEvent } from './read-event';
import type { Shard } from './shard';
import { Work } from './work';

/** A part of the whole store: all events after the previous batch, up to `upTo`. */
export interface Batch {
  readonly events: readonly ReadEvent[];
  readonly upTo: bigint;
  /** Sequence in JetStream of what stands at `upTo`; null on the direct path, absent when it is as before. */
  readonly sequence?: number | null;
}

export interface RunnerOptions extends HandlersOptions {
  readonly owner: string;
  readonly onHandled: (projection: string, events: number) => void;
  /** Whether batches are recorded in the traces of their events. Rebuilds repeat old events, so they are not. */
  readonly traced?: boolean;
  /** What the build can read: see `EventCodec.reads`. */
  readonly reads: string;
  /** Called when a shard stops; with a party, when only that party stops. */
  readonly onFailure: (shard: Shard, failure: Failure, at: ReadEvent, party: string | undefined) => void;
  /** Called when a shard is released because only a newer build can read its next event. */
  readonly onUnreadable: (shard: Shard, event: Failure) => void;
  /** Called when a shard is released because of an error that no event has caused. */
  readonly onFault: (shard: Shard, error: unknown) => void;
}

/** How long a checkpoint may lag when only the position has moved and no row has changed. */
const IDLE_CHECKPOINT = 1_000;

/**
 * Runs shards over batches of the store's events, for the live reader, a catch-up or a rebuild. Each batch becomes one
 * transaction: the changed rows, and the checkpoints by compare-and-set.
 */
export class Runner {
  readonly shards = new Set<Shard>();
  /** Position up to which batches were started. A shard that is at this position may be added. */
  taken = 0n;
  /** Position up to which batches were applied. */
  applied = 0n;
  /** When the first event of the batch in progress occurred. */
  waitingSince: Instant | undefined;
  /** In JetStream, of what stands at `taken`. */
  private sequence: number | null = null;
  /** In JetStream, of what stands at `applied`. */
  appliedSequence: number | null = null;
  private lastAt: Instant | undefined;
  private idleWritten = 0;

  private readonly handlers: Handlers;

  constructor(private readonly options: RunnerOptions) {
    this.handlers = new Handlers(options);
  }

  /**
   * Applies a batch to every shard that has not seen it. Throws if PostgreSQL does not answer; then the same batch must
   * be applied again, and nothing is lost. A shard that another process moved is released. A shard whose handler throws
   * stops.
   */
  async apply({ events, upTo, sequence }: Batch): Promise<void> {
    this.taken = furthest(this.taken, upTo);
    if (sequence !== undefined) this.sequence = sequence;
    const last = events.at(-1)?.event.at;
    if (last !== undefined) this.lastAt = last;
    this.waitingSince = events[0]?.event.at;
    const works = this.worksOf(events, upTo);
    await (this.options.traced ? inBatchSpans(works, () => this.process(works)) : this.process(works));
    this.applied = furthest(this.applied, upTo);
    this.appliedSequence = this.sequence;
    this.waitingSince = undefined;
  }

  /** Writes the checkpoints of all shards as far as they are: a batch that could not be applied is not in them. */
  async flush(): Promise<void> {
    this.idleWritten = 0;
    await this.apply({ events: [], upTo: this.applied, sequence: this.appliedSequence });
  }

  private worksOf(events: readonly ReadEvent[], upTo: bigint): Work[] {
    const byPartition = Map.groupBy(events, ({ partition }) => partition);
    return [...this.shards].map(
      (shard) =>
        new Work(shard, shard.newsOf(events, byPartition.get(shard.partition)), furthest(upTo, shard.position)),
    );
  }

  /** Writes everything in one transaction. If that is refused, finds the shard and the event that cause it. */
  private async process(works: readonly Work[]): Promise<void> {
    try {
      await this.handlers.run(works);
      const levels = levelsOf(works);
      const due = this.due(works, levels);
      if (due.length > 0) await this.options.storage.commit(this.statements(due, levels), changesOf(due));
      for (const work of works) this.settle(work, due.includes(work));
      for (const { its, whole, party } of levels) {
        this.shards.delete(its.shard);
        whole.shard.takeBack(party);
      }
    } catch (error) {
      if (sqlStateOf(error) === CHECKPOINT_MOVED) await this.dropMoved(works);
      else if (isPassing(error)) throw error;
      else await this.isolate(works, error);
    }
  }

  /** Works with rows, a stop or a waiting query; and at intervals all whose position has moved. */
  private due(works: readonly Work[], levels: readonly Level[]): Work[] {
    const idleToo = performance.now() - this.idleWritten > IDLE_CHECKPOINT;
    const level = new Set(levels.flatMap(({ its, whole }) => [its, whole]));
    const due = works.filter((work) => {
      work.answers = work.shard.wanted.includes(work.position);
      return work.isNews || work.answers || level.has(work) || (idleToo && work.position > work.shard.durable);
    });
    if (idleToo) this.idleWritten = performance.now();
    return due;
  }

  private statements(works: readonly Work[], levels: readonly Level[]): Statement[] {
    const { owner, reads } = this.options;
    const moves = movesOf(works, levels, { owner, reads, sequence: this.sequence, at: this.lastAt });
    const reached = works
      .filter(({ answers }) => answers)
      .map(({ shard, position }): PartitionPosition => [shard.projection.name, shard.partition, `${position}`]);
    return [
      ...moves,
      ...messagesOf(reached).map((message) => ({ text: `select pg_notify('${REACHED}', $1)`, values: [message] })),
    ];
  }

  private settle(work: Work, written: boolean): void {
    const { shard, position, failed, unreadable, quarantined, given } = work;
    if (work.answers) shard.wanted.answered(position);
    shard.position = position;
    if (written) shard.durable = position;
    shard.remember(work.changed);
    if (given.length > 0) this.options.onHandled(shard.projection.name, given.length);
    for (const [party, { at, error }] of quarantined) {
      shard.quarantined.add(party);
      this.options.onFailure(shard, failureOf(at, error), at, party);
    }
    if (failed || unreadable) this.shards.delete(shard);
    if (failed) this.options.onFailure(shard, failureOf(failed.at, failed.error), failed.at, shard.party);
    if (unreadable) this.options.onUnreadable(shard, failureOf(unreadable.at, unreadable.error));
  }

  /**
   * Releases the shards whose checkpoints are not as we left them: another process moved them, or the answer to our own
   * move was lost. Their owner loads them again from PostgreSQL.
   */
  private async dropMoved(works: readonly Work[]): Promise<void> {
    const isAsLeft = await checkpointsOf(this.options.owner, this.options.storage);
    const left = works.filter(({ shard }) => isAsLeft(shard));
    // If none differs, the same refusal would repeat for ever, so all are loaded again.
    const kept = left.length < works.length ? left : [];
    for (const work of works) if (!kept.includes(work)) this.shards.delete(work.shard);
    if (kept.length > 0) await this.process(kept);
  }

  /** Finds the shard, and then the event, that cause a refusal. */
  private async isolate(works: readonly Work[], error: unknown): Promise<void> {
    const [work] = works;
    if (!work) throw error;
    if (works.length > 1) {
      for (const one of works) await this.process([one]);
      return;
    }
    const { shard, given } = work;
    if (given.length < 2) {
      const [event] = work.events;
      if (event) {
        work.stopAt(event, error);
        return this.process([work]);
      }
      this.shards.delete(shard);
      return this.options.onFault(shard, error);
    }
    for (const event of given) {
      const upTo = event === given.at(-1) ? work.end : event.event.position;
      await this.process([new Work(shard, shard.newsOf([event], [event]), upTo)]);
      if (!this.shards.has(shard)) return;
    }
  }
}
