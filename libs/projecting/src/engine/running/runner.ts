import { type Instant, now } from '@yoyaku/kernel';
import type { Statement } from '@yoyaku/postgres';
import type { OwnedKey, OwnedRow } from '../../unit';
import type { Generation } from '../tables/generation';
import { CHECKPOINT_MOVED } from '../tables/installation';
import { toJson } from '../tables/json';
import { messagesOf, type Place, REACHED } from './channels';
import { isPassing } from './passing';
import { furthest } from './positions';
import type { Shard } from './shard';
import type { RowStorage, TableChange } from './storage';
import { type Failure, type ReadEvent, Work } from './work';

/** A stretch of the whole store: every event up to `upTo` that comes after what came before. */
export interface Batch {
  readonly events: readonly ReadEvent[];
  readonly upTo: bigint;
  /** Sequence in JetStream of what stands at `upTo`; null on the direct path, absent when it is as before. */
  readonly sequence?: number | null;
}

export interface RunnerOptions {
  readonly owner: string;
  readonly storage: RowStorage;
  readonly onHandled: (projection: string, events: number) => void;
  readonly onFailure: (shard: Shard, failure: Failure, at: ReadEvent) => void;
  /** Told of a shard that was let go because of a mistake that no event is to blame for. */
  readonly onFault: (shard: Shard, error: unknown) => void;
}

/** How long a checkpoint may stay behind when nothing but the position moved. */
const IDLE_CHECKPOINT = 1_000;

/**
 * Runs shards over batches of the store's events. Whatever feeds it (the live reader, a catch-up, a rebuild), each
 * batch becomes one transaction: the rows that changed and the checkpoints, by compare-and-set.
 */
export class Runner {
  readonly shards = new Set<Shard>();
  /** Up to here batches were taken in hand, applied or not: a shard that is this far may be added. */
  taken = 0n;
  /** Up to here they were applied. */
  applied = 0n;
  /** When the first event of the batch in progress occurred. */
  waitingSince: Instant | undefined;
  /** In JetStream, of what stands at `taken`. */
  private sequence: number | null = null;
  /** In JetStream, of what stands at `applied`. */
  appliedSequence: number | null = null;
  private lastAt: Instant | undefined;
  private idleWritten = 0;

  constructor(private readonly options: RunnerOptions) {}

  /**
   * Applies a batch to every shard that it is news to. Throws when PostgreSQL does not answer: nothing is then lost,
   * the same batch is to be applied again. A shard that someone else moved is dropped; one whose handler throws stops.
   */
  async apply({ events, upTo, sequence }: Batch): Promise<void> {
    this.taken = furthest(this.taken, upTo);
    if (sequence !== undefined) this.sequence = sequence;
    const last = events.at(-1)?.event.at;
    if (last !== undefined) this.lastAt = last;
    this.waitingSince = events[0]?.event.at;
    await this.process(this.worksOf(events, upTo));
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
    return [...this.shards].map((shard) => {
      const { on, onEvery } = shard.projection;
      const its = (shard.takesAll ? events : byPartition.get(shard.partition))?.filter(
        ({ event: { type, position, id } }) =>
          (onEvery || on[type]) && position > shard.position && !shard.skips.has(id),
      );
      return new Work(shard, its ?? [], furthest(upTo, shard.position));
    });
  }

  /** Runs handlers, fetches what they miss, and runs them again, until nothing is missing. */
  private async handle(works: readonly Work[]): Promise<void> {
    let open = works.filter(({ events }) => events.length > 0);
    for (;;) {
      open = open.filter((work) => !work.run());
      if (open.length === 0) return;
      await this.fetch(open);
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
        // Taken for a row that is not there, the one that was asked for would be written over.
        const isAsked = missing.some(([, keys]) => keys.has(key));
        if (!isAsked) throw new Error(`${sql.name} answers with a row that nobody asked for: ${key}`);
      }
      for (const [{ shard }, keys] of missing) {
        for (const key of keys.keys()) shard.known[table]?.learn(key, found.get(key) ?? null);
      }
    });
    await Promise.all(fetches);
  }

  /** Writes all in one transaction; if that is refused, narrows down to the shard and the event that are to blame. */
  private async process(works: readonly Work[]): Promise<void> {
    try {
      await this.handle(works);
      const due = this.due(works);
      if (due.length > 0) await this.options.storage.commit(this.checkpoints(due), changesOf(due));
      for (const work of works) this.settle(work, due.includes(work));
    } catch (error) {
      if (codeOf(error) === CHECKPOINT_MOVED) await this.dropMoved(works);
      else if (isPassing(error)) throw error;
      else await this.isolate(works, error);
    }
  }

  /** What has rows, a failure or a waiting query, and now and then all that merely moved. */
  private due(works: readonly Work[]): Work[] {
    const idleToo = performance.now() - this.idleWritten > IDLE_CHECKPOINT;
    const due = works.filter((work) => {
      work.answers = work.shard.wanted.includes(work.position);
      return work.changesRows || work.failed || work.answers || (idleToo && work.position > work.shard.durable);
    });
    if (idleToo) this.idleWritten = performance.now();
    return due;
  }

  private checkpoints(works: readonly Work[]): Statement[] {
    const moves = works.map((work) => this.move(work));
    const move = { name: 'move', text: 'select projecting.move($1)', values: [toJson(moves)] };
    const reached = works
      .filter(({ answers }) => answers)
      .map(({ shard, position }): Place => [shard.projection.name, shard.partition, `${position}`]);
    return [
      move,
      ...messagesOf(reached).map((message) => ({ text: `select pg_notify('${REACHED}', $1)`, values: [message] })),
    ];
  }

  private move({ shard, position, failed }: Work) {
    return {
      projection: shard.projection.name,
      generation: shard.generation.number,
      partition: shard.partition,
      owner: this.options.owner,
      from: `${shard.durable}`,
      to: `${position}`,
      sequence: this.sequence,
      at: this.lastAt,
      failure: failed && failureOf(failed.at, failed.error),
    };
  }

  private settle(work: Work, written: boolean): void {
    const { shard, position, failed, events } = work;
    if (work.answers) shard.wanted.answered(position);
    shard.position = position;
    if (written) shard.durable = position;
    shard.remember(work.changed);
    if (events.length > 0) this.options.onHandled(shard.projection.name, events.length);
    if (!failed) return;
    this.shards.delete(shard);
    this.options.onFailure(shard, failureOf(failed.at, failed.error), failed.at);
  }

  /** Lets go of the shards that are not where we left them; whoever moved them goes on with them. */
  private async dropMoved(works: readonly Work[]): Promise<void> {
    const rows = await this.options.storage.query({
      text: `select projection || ':' || generation || ':' || partition || ':' || position
             from projecting.checkpoints where owner = $1 and state = 'live'`,
      values: [this.options.owner],
    });
    const ours = new Set(rows.map(([place]) => place));
    const isOurs = ({ shard }: Work) =>
      ours.has(`${shard.projection.name}:${shard.generation.number}:${shard.partition}:${shard.durable}`);
    for (const work of works) if (!isOurs(work)) this.shards.delete(work.shard);
    const left = works.filter(isOurs);
    if (left.length > 0) await this.process(left);
  }

  private async isolate(works: readonly Work[], error: unknown): Promise<void> {
    const [work] = works;
    if (!work) throw error;
    if (works.length > 1) {
      for (const one of works) await this.process([one]);
      return;
    }
    const [first, second] = work.events;
    if (!first) {
      this.shards.delete(work.shard);
      return this.options.onFault(work.shard, error);
    }
    if (!second) {
      work.stopAt(first, error);
      return this.process([work]);
    }
    for (const event of work.events) {
      const isLast = event === work.events.at(-1);
      const step = new Work(work.shard, [event], isLast ? work.position : event.event.position);
      if (isLast) step.failed = work.failed;
      await this.process([step]);
      if (!this.shards.has(work.shard)) return;
    }
  }
}

/** What works say of their tables, brought together by physical table, so that each takes one statement. */
function tablesOf<T extends { readonly size: number }>(
  works: readonly Work[],
  said: (work: Work) => [table: string, T][],
): [generation: Generation, table: string, [Work, T][]][] {
  const tables = new Map<string, [Generation, string, [Work, T][]]>();
  for (const work of works) {
    const { generation } = work.shard;
    for (const [table, what] of said(work)) {
      if (what.size === 0) continue;
      const name = `${generation.schema}.${table}`;
      const found = tables.get(name) ?? [generation, table, []];
      found[2].push([work, what]);
      tables.set(name, found);
    }
  }
  return [...tables.values()];
}

function changesOf(works: readonly Work[]): TableChange[] {
  return tablesOf(works, (work) => work.changed).flatMap(([generation, name, changed]) => {
    const table = generation.tables.get(name);
    if (!table) return [];
    const change = { table, added: [] as OwnedRow[], put: [] as OwnedRow[], removed: [] as OwnedKey[] };
    for (const [{ shard }, changes] of changed) {
      for (const [text, { key, row, owner, freedBy }] of changes) {
        if (!row || freedBy !== undefined) change.removed.push({ key, owner: freedBy ?? owner });
        if (!row) continue;
        const isNew = table.table.appendOnly || shard.known[name]?.get(text) === null;
        (isNew ? change.added : change.put).push({ row, owner });
      }
    }
    return [change];
  });
}

function failureOf({ event }: ReadEvent, error: unknown): Failure {
  const { id, type, stream, revision, position } = event;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { eventId: id, type, stream, revision, position: `${position}`, error: text, at: now() };
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);
