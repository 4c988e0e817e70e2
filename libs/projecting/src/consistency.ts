import { partitionOf } from '@yoyaku/eventing';
import { PLATFORM } from '@yoyaku/kernel';
import type { Notifications } from '@yoyaku/postgres';
import type { Pool } from 'pg';
import { type Place, REACHED, WANTED } from './engine/running/channels';
import { furthest } from './engine/running/positions';
import { partitionsOf } from './engine/tables/definition';
import type { AnyProjection } from './projection';

export interface WaitOptions {
  /** Only what this tenant's events lead to is waited for. */
  readonly tenantId?: string;
  readonly timeoutMs: number;
}

/** A word to the owner may be lost with it; it is repeated. */
const REPEAT = 200;

interface Shard {
  readonly projection: string;
  readonly partition: number;
}

/** Read your own writes: lets a query wait until the read models it uses have seen a position. */
export class Consistency {
  private readonly projections: ReadonlyMap<string, AnyProjection>;
  /** The furthest checkpoints heard of; they never go back, not even when a rebuilt generation takes over. */
  private readonly known = new Map<string, bigint>();
  private readonly waiting = new Set<() => void>();
  private listening: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly notifications: Notifications,
    projections: readonly AnyProjection[],
    private readonly partitions: number,
  ) {
    this.projections = new Map(projections.map((projection) => [projection.name, projection]));
  }

  /** Whether these projections have everything up to that position, now or within the time given. */
  async waitFor(
    projections: readonly string[],
    position: bigint,
    { tenantId, timeoutMs }: WaitOptions,
  ): Promise<boolean> {
    const shards = projections.flatMap((name) => this.shardsOf(name, tenantId));
    const reached = () => shards.every((shard) => (this.known.get(keyOf(shard)) ?? -1n) >= position);
    if (reached()) return true;
    this.listening ??= this.notifications.listen(REACHED, {
      onNotification: (payload) => this.learn(JSON.parse(payload)),
    });
    await this.listening;
    return new Promise((resolve) => {
      const check = () => reached() && end(true);
      const ask = () => this.ask(shards, position).catch(() => {});
      const repeating = setInterval(ask, REPEAT);
      const timeout = setTimeout(() => end(false), timeoutMs);
      const end = (result: boolean) => {
        clearInterval(repeating);
        clearTimeout(timeout);
        this.waiting.delete(check);
        resolve(result);
      };
      this.waiting.add(check);
      void ask();
    });
  }

  /** Learns where the checkpoints are, and tells the owners of those behind that someone waits. */
  private async ask(shards: readonly Shard[], position: bigint): Promise<void> {
    const { rows } = await this.pool.query<{ place: Place }>(
      `with asked as (
         select asked.*, coalesce(c.position, -1) as position
         from unnest($1::text[], $2::integer[]) as asked(projection, partition)
         left join projecting.projections p on p.name = asked.projection
         left join projecting.checkpoints c
           on (c.projection, c.generation, c.partition) = (p.name, p.generation, asked.partition)),
       told as (
         select pg_notify('${WANTED}', json_agg(json_build_array(projection, partition, $3::text))::text)
         from asked where position < $3::bigint having count(*) > 0)
       select json_build_array(projection, partition, position::text) as place
       from asked left join told on true`,
      [shards.map(({ projection }) => projection), shards.map(({ partition }) => partition), `${position}`],
    );
    this.learn(rows.map(({ place }) => place));
  }

  private learn(places: readonly Place[]): void {
    for (const [projection, partition, position] of places) {
      const key = keyOf({ projection, partition });
      this.known.set(key, furthest(this.known.get(key) ?? -1n, BigInt(position)));
    }
    for (const check of this.waiting) check();
  }

  private shardsOf(name: string, tenantId: string | undefined): Shard[] {
    const projection = this.projections.get(name);
    if (!projection) throw new Error(`There is no projection ${name}`);
    const count = partitionsOf(projection, this.partitions);
    // The platform's own events are partitioned by stream, which a tenant does not tell.
    if (tenantId !== undefined && tenantId !== PLATFORM && count > 1) {
      return [{ projection: name, partition: partitionOf({ tenantId, stream: '' }, count) }];
    }
    return Array.from({ length: count }, (_, partition) => ({ projection: name, partition }));
  }
}

const keyOf = ({ projection, partition }: Shard): string => `${projection}:${partition}`;
