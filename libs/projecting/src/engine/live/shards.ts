import type { AnyProjection } from '../../projection';
import type { PartitionPosition } from '../running/channels';
import type { EventSource } from '../running/event-source';
import { rearmost } from '../running/positions';
import type { Runner } from '../running/runner';
import { Shard } from '../running/shard';
import { Generation } from '../tables/generation';
import type { ShardKey, ShardRow } from './ownership';

export interface ShardsOptions {
  readonly projections: readonly AnyProjection[];
  readonly source: EventSource;
  readonly newRunner: (limitsHandlers: boolean) => Runner;
  /** Tries a step until it succeeds, or `signal` aborts. */
  readonly patiently: (step: () => Promise<void>) => Promise<void>;
  readonly signal: AbortSignal;
  /** Called when shards have caught up and follow the live reader. */
  readonly onJoined: () => void;
}

const BATCH = 1_000;
const REMEMBERED_ROWS = 1_000;

/**
 * The shards that this process runs. Most follow the live reader together; one that is behind catches up from the store
 * on its own, and then joins them.
 *
 * Handlers have a time limit while a shard catches up. When a worker is killed because a handler does not end, that
 * event is not written. So the next owner of the shard meets the event while it catches up, with the limit.
 */
export class Shards {
  readonly live: Runner;
  /** Each with the promise of its end. */
  private readonly catchingUp = new Map<Runner, Promise<void>>();
  private readonly generations = new Map<string, Generation>();

  constructor(private readonly options: ShardsOptions) {
    this.live = options.newRunner(false);
  }

  /** Shards that catch up, such as `bookings:3`. */
  get behind(): string[] {
    return [...this.catchingUp.keys()].flatMap(({ shards }) =>
      [...shards].flatMap(({ projection, partition, party }) =>
        party === undefined ? `${projection.name}:${partition}` : [],
      ),
    );
  }

  /** Runs exactly these shards. */
  keep(rows: readonly ShardRow[]): void {
    const ours = new Set(rows.map(placeOf));
    const running = new Set<string>();
    for (const { shards } of this.runners()) {
      for (const shard of shards) {
        const place = placeOf({ ...shard, projection: shard.projection.name, generation: shard.generation.number });
        if (ours.has(place)) running.add(place);
        else shards.delete(shard);
      }
    }
    const fresh = rows.filter((row) => !running.has(placeOf(row)));
    if (fresh.length === 0) return;
    const runner = this.options.newRunner(true);
    for (const row of fresh) {
      const generation = this.generation(row);
      if (generation) runner.shards.add(new Shard({ ...row, generation, remembered: REMEMBERED_ROWS }));
    }
    this.catchingUp.set(runner, this.catchUp(runner));
  }

  /** Queries wait for these positions: of the shards that run here, report when they are reached. */
  want(places: readonly PartitionPosition[]): void {
    for (const [projection, partition, position] of places) {
      for (const { shards } of this.runners()) {
        for (const shard of shards) {
          const isMeant = shard.projection.name === projection && shard.partition === partition;
          if (isMeant && shard.party === undefined) shard.wanted.add(BigInt(position));
        }
      }
    }
  }

  /** Resolves when no shard catches up any more. */
  async settled(): Promise<void> {
    await Promise.all(this.catchingUp.values());
  }

  private runners(): Runner[] {
    return [this.live, ...this.catchingUp.keys()];
  }

  /** Lets shards catch up with the live reader, and hands them over to it. */
  private async catchUp(runner: Runner): Promise<void> {
    const { signal, patiently, onJoined } = this.options;
    while (runner.shards.size > 0 && !signal.aborted) {
      await patiently(() => this.replay(runner));
      for (const shard of runner.shards) {
        if (shard.position < this.live.taken) continue;
        runner.shards.delete(shard);
        this.live.shards.add(shard);
      }
    }
    this.catchingUp.delete(runner);
    onJoined();
  }

  private async replay(runner: Runner): Promise<void> {
    const { source, signal } = this.options;
    const from = rearmost([...runner.shards].map(({ position }) => position));
    // All shards were released while it waited.
    if (from === undefined) return;
    for await (const batch of source.batches(from, BATCH)) {
      if (signal.aborted || runner.shards.size === 0) return;
      await runner.apply(batch);
    }
  }

  private generation({ projection: name, generation: number }: ShardKey): Generation | undefined {
    const known = this.generations.get(name);
    if (known?.number === number) return known;
    const projection = this.options.projections.find((one) => one.name === name);
    const generation = projection && new Generation(projection, number);
    if (generation) this.generations.set(name, generation);
    return generation;
  }
}

const placeOf = ({ projection, generation, partition, party = '' }: ShardKey) =>
  `${projection}:${generation}:${partition}:${party}`;
