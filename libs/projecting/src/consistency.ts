import { partitionOf } from '@yoyaku/eventing';
import { DomainError, PLATFORM, sleep } from '@yoyaku/kernel';
import type { Notifications } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import {
  CHANGED,
  type PartitionPosition,
  POSITIONS_AT_ONCE,
  positionsIn,
  REACHED,
  WANTED,
} from './engine/running/channels';
import { furthest } from './engine/running/positions';
import { partitionsOf } from './engine/tables/definition';
import type { AnyProjection } from './projection';

export interface WaitOptions {
  /**
   * Waits only for rows that this tenant's events change. Without a tenant it does not wait for partitions that stand
   * still (they failed, or need a newer build), because one tenant's problem must not stop queries over all tenants. It
   * does wait for what an operator has paused.
   */
  readonly tenantId?: string;
  /** How long to wait. The checkpoints are always looked up first, even if this is 0. */
  readonly timeoutMs: number;
}

/** How long a wait may last beyond its timeout if it has not been looked up yet, because PostgreSQL does not answer. */
const FIRST_LOOK = 1_000;
/** A notification to an owner may be lost when the owner dies, so it is repeated. */
const REPEAT = 200;
/** How many of the awaited positions of one shard are sent at a time, the nearest first. */
const TOLD = 8;

interface Shard {
  readonly projection: string;
  readonly partition: number;
}

interface Known {
  readonly position: bigint;
  readonly standsStill: boolean;
  /** Absent: not looked up yet. */
  readonly quarantined?: Quarantined;
}

/** By tenants that the partition leaves out: whether they stopped; if not, they catch up. */
type Quarantined = Readonly<Record<string, boolean>>;

interface Told extends Omit<Known, 'position'> {
  readonly place: PartitionPosition;
}

interface Wait {
  readonly shards: readonly Shard[];
  readonly position: bigint;
  readonly tenantId: string | undefined;
  askedAt: number;
  /** It was looked up at least once, or PostgreSQL failed to answer. */
  isLookedAt: boolean;
  /** Its timeout has passed. */
  isOver: boolean;
  end(reached: boolean): void;
  fail(error: Error): void;
}

/**
 * Read your own writes: a query waits until the read models that it uses have passed a position. However many queries
 * wait, one lookup at a time serves all of them.
 */
export class Consistency {
  private readonly projections: ReadonlyMap<string, AnyProjection>;
  /** The last known checkpoints. They only increase; all are dropped when they may have gone back. */
  private readonly known = new Map<string, Known>();
  /** Increases whenever all are dropped: the answer to an earlier lookup may be outdated. */
  private epoch = 0;
  private readonly waits = new Set<Wait>();
  private listening: Promise<unknown> | undefined;
  private asking = false;
  private wake = () => {};

  constructor(
    private readonly pool: Pool,
    private readonly notifications: Notifications,
    projections: readonly AnyProjection[],
    private readonly partitions: number,
  ) {
    this.projections = new Map(projections.map((projection) => [projection.name, projection]));
  }

  /**
   * Whether these projections have everything up to that position, now or within the time given. Throws
   * `projection.failed` at once where the tenant has stopped in one of them.
   */
  async waitFor(
    projections: readonly string[],
    position: bigint,
    { tenantId, timeoutMs }: WaitOptions,
  ): Promise<boolean> {
    const shards = projections.flatMap((name) => this.shardsOf(name, tenantId));
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timeout);
        clearTimeout(lastChance);
        this.waits.delete(wait);
      };
      const end = (reached: boolean) => {
        over();
        resolve(reached);
      };
      const fail = (error: Error) => {
        over();
        reject(error);
      };
      const timeout = setTimeout(() => {
        wait.isOver = true;
        if (wait.isLookedAt) end(false);
      }, timeoutMs);
      const lastChance = setTimeout(() => end(false), timeoutMs + FIRST_LOOK);
      const wait: Wait = {
        shards,
        position,
        tenantId,
        askedAt: -REPEAT,
        isLookedAt: false,
        isOver: false,
        end,
        fail,
      };
      if (this.isReached(wait)) return end(true);
      this.waits.add(wait);
      this.wake();
      if (!this.asking) void this.keepAsking();
    });
  }

  private async keepAsking(): Promise<void> {
    this.asking = true;
    this.listening ??= this.listen();
    await this.listening;
    while (this.waits.size > 0) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      const now = performance.now();
      const due = [...this.waits].filter(({ askedAt }) => now - askedAt >= REPEAT);
      for (const wait of due) wait.askedAt = now;
      // While PostgreSQL is away, waits end as they would if the projections did not move.
      if (due.length > 0) await this.ask(due).catch(() => {});
      for (const wait of due) {
        wait.isLookedAt = true;
        if (wait.isOver) wait.end(false);
      }
      const waiting = new AbortController();
      await Promise.race([woken, sleep(REPEAT, { signal: waiting.signal })]);
      waiting.abort();
    }
    this.asking = false;
  }

  private listen(): Promise<unknown> {
    const forget = () => this.forget();
    const lost = { onLost: forget, onReconnected: forget };
    return Promise.all([
      this.notifications.listen(REACHED, {
        onNotification: (message) => this.learn(positionsIn(message).map((place) => ({ place, standsStill: false }))),
        ...lost,
      }),
      this.notifications.listen(CHANGED, { onNotification: forget, ...lost }),
    ]);
  }

  /** Looks up the checkpoints, and notifies the owners of those that are behind that somebody waits. */
  private async ask(waits: readonly Wait[]): Promise<void> {
    const { epoch } = this;
    const places = placesWaitedFor(waits);
    const { rows } = await this.pool.query<Told>(
      `with asked as (
         select asked.*, coalesce(c.position, -1) as position,
           coalesce(c.state = 'failed' or (c.unreadable is not null and c.owner is null), false) as stands_still,
           (select coalesce(json_object_agg(q.party, q.failure is not null), '{}') from projecting.quarantined q
            where (q.projection, q.generation, q.partition) = (p.name, p.generation, c.partition)) as quarantined
         from unnest($1::text[], $2::integer[], $3::bigint[]) as asked(projection, partition, wanted)
         left join projecting.projections p on p.name = asked.projection
         left join projecting.checkpoints c
           on (c.projection, c.generation, c.partition) = (p.name, p.generation, asked.partition)),
       behind as (
         select *, (row_number() over () - 1) / ${POSITIONS_AT_ONCE} as message from asked where position < wanted),
       told as (
         select pg_notify('${WANTED}', json_agg(json_build_array(projection, partition, wanted::text))::text) as told
         from behind group by message)
       select distinct on (projection, partition)
         json_build_array(projection, partition, position::text) as place, stands_still as "standsStill", quarantined
       from asked where (select count(told) from told) >= 0`,
      [
        places.map(([projection]) => projection),
        places.map(([, partition]) => partition),
        places.map(([, , position]) => position),
      ],
    );
    if (epoch === this.epoch) this.learn(rows);
  }

  private learn(told: readonly Told[]): void {
    for (const { place, standsStill, ...more } of told) {
      const [projection, partition, at] = place;
      const key = keyOf({ projection, partition });
      const before = this.known.get(key);
      const position = furthest(before?.position ?? -1n, BigInt(at));
      this.known.set(key, { position, standsStill, quarantined: more.quarantined ?? before?.quarantined });
    }
    for (const wait of this.waits) {
      const stopped = this.stoppedIn(wait);
      if (stopped) wait.fail(new DomainError('projection.failed', { name: stopped.projection }));
      else if (this.isReached(wait)) wait.end(true);
    }
  }

  private forget(): void {
    this.epoch += 1;
    this.known.clear();
  }

  private isReached({ shards, position, tenantId }: Wait): boolean {
    return shards.every((shard) => {
      const known = this.known.get(keyOf(shard));
      if (!known) return false;
      if (tenantId === undefined) return known.standsStill || known.position >= position;
      return known.position >= position && known.quarantined !== undefined && !(tenantId in known.quarantined);
    });
  }

  private stoppedIn({ shards, tenantId }: Wait): Shard | undefined {
    if (tenantId === undefined) return undefined;
    return shards.find((shard) => this.known.get(keyOf(shard))?.quarantined?.[tenantId]);
  }

  private shardsOf(name: string, tenantId: string | undefined): Shard[] {
    const projection = this.projections.get(name);
    if (!projection) throw new Error(`There is no projection ${name}`);
    const count = partitionsOf(projection, this.partitions);
    // The platform's own events are partitioned by stream, so the tenant does not determine the partition.
    if (tenantId !== undefined && tenantId !== PLATFORM && count > 1) {
      return [{ projection: name, partition: partitionOf({ tenantId, stream: '' }, count) }];
    }
    return Array.from({ length: count }, (_, partition) => ({ projection: name, partition }));
  }
}

/** Of each shard that is waited for, the nearest positions. */
function placesWaitedFor(waits: readonly Wait[]): PartitionPosition[] {
  const wanted = new Map<string, { shard: Shard; positions: Set<bigint> }>();
  for (const { shards, position } of waits) {
    for (const shard of shards) {
      const known = wanted.get(keyOf(shard)) ?? { shard, positions: new Set() };
      known.positions.add(position);
      wanted.set(keyOf(shard), known);
    }
  }
  return [...wanted.values()].flatMap(({ shard: { projection, partition }, positions }) =>
    [...positions]
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(0, TOLD)
      .map((position): PartitionPosition => [projection, partition, `${position}`]),
  );
}

const keyOf = ({ projection, partition }: Shard): string => `${projection}:${partition}`;
