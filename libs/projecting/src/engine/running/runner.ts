import { setImmediate } from 'node:timers/promises';
import type { Instant } from '@yoyaku/kernel';
import { type Statement, sqlStateOf } from '@yoyaku/postgres';
import { CHECKPOINT_MOVED } from '../tables/engine-schema';
import { inBatchSpans } from './batch-spans';
import { changesOf, tablesOf } from './changes';
import { messagesOf, type PartitionPosition, REACHED } from './channels';
import { checkpointsOf } from './checkpoints';
import { Caution, LIMIT, limited, RanTooLong } from './limited';
import { type Level, levelsOf, movesOf } from './moves';
import { isPassing } from './passing';
import { furthest } from './positions';
import { type Failure, failureOf, type ReadEvent } from './read-event';
import type { Shard } from './shard';
import type { RowStorage } from './storage';
import { Work } from './work';

/** A part of the whole store: all events after the previous batch, up to `upTo`. */
export interface Batch {
  readonly events: readonly ReadEvent[];
  readonly upTo: bigint;
  /** Sequence in JetStream of what stands at `upTo`; null on the direct path, absent when it is as before. */
  readonly sequence?: number | null;
}

export interface RunnerOptions {
  readonly owner: string;
  readonly storage: RowStorage;
  /**
   * Whether handlers have a time limit, which costs 100 to 250 µs a pass. It is needed where an event may come that
   * already blocked a worker. Without it, a handler that does not end blocks the process until that is killed.
   */
  readonly limitsHandlers: boolean;
  /** While this asks for caution, handlers have a limit in any case. */
  readonly caution?: Caution;
  /** Lets other work run between long tries, above all the heartbeat. */
  readonly pause?: () => Promise<unknown>;
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

  private readonly caution: Caution;

  constructor(private readonly options: RunnerOptions) {
    this.caution = options.caution ?? new Caution();
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

  /** Runs handlers, fetches what they miss, and runs them again, until nothing is missing. */
  private async handle(works: readonly Work[]): Promise<void> {
    let open = works.filter(({ events }) => events.length > 0);
    for (;;) {
      if (open.length > 0) open = await this.run(open);
      if (open.length === 0) return;
      await this.fetch(open);
    }
  }

  /**
   * Runs handlers, and gives those that lack rows. Where together they take too long, each shard's run by themselves.
   */
  private async run(works: readonly Work[]): Promise<Work[]> {
    const handle = () => works.filter((work) => !work.run());
    if (!this.options.limitsHandlers && !this.caution.isDue) return this.caution.watch(handle);
    try {
      return limited(handle, LIMIT.first);
    } catch (error) {
      if (!(error instanceof RanTooLong)) throw error;
    }
    const open: Work[] = [];
    for (const work of works) if (!(await this.runAlone(work))) open.push(work);
    return open;
  }

  /**
   * Runs a shard's handlers; false when rows are missing. An event at which they are ended twice, the second time after
   * longer, has a handler that does not end. At different events it was merely much, or the machine slow: then this
   * throws, and the events are run one by one.
   */
  private async runAlone(work: Work): Promise<boolean> {
    const { pause = setImmediate } = this.options;
    let suspect: ReadEvent | undefined;
    for (let tries = 1; ; tries++) {
      await pause();
      try {
        return limited(() => work.run(), tries === 1 ? LIMIT.first : LIMIT.longest);
      } catch (error) {
        if (!(error instanceof RanTooLong)) throw error;
        const at = work.endedAt;
        if (at && at === suspect) {
          work.stopAt(at, error);
          this.caution.rise();
          tries = 0;
        } else if (tries === LIMIT.tries) throw error;
        suspect = at;
      }
    }
  }

  private async fetch(works: readonly Work[]): Promise<void> {
    const { storage } = this.options;
    const fetches = tablesOf(works, (work) => work.missing).map(async ([generation, table, missing]) => {
      const sql = generation.tables.get(table);
      const keyText = generation.keyTextOf(table);
      if (!sql) return;
      const keys = missing.flatMap(([, keys]) => [...keys.values()]);
      const rows = (await storage.query(sql.fetch(keys))).map((values) => sql.row(values));
      const found = new Map(rows.map((owned) => [keyText(owned.row), owned]));
      for (const key of found.keys()) {
        // If the missing row were taken for one that does not exist, the existing row would be overwritten.
        const isAsked = missing.some(([, keys]) => keys.has(key));
        if (!isAsked) throw new Error(`${sql.name} answers with a row that nobody asked for: ${key}`);
      }
      for (const [{ shard }, keys] of missing) {
        for (const key of keys.keys()) shard.known[table]?.learn(key, found.get(key) ?? null);
      }
    });
    await Promise.all(fetches);
  }

  /** Writes everything in one transaction. If that is refused, finds the shard and the event that cause it. */
  private async process(works: readonly Work[]): Promise<void> {
    try {
      await this.handle(works);
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
