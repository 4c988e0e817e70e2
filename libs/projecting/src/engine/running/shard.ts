import { NotReadableHere, partyOf, type RecordedEvent } from '@yoyaku/eventing';
import { isHandled, isKept } from '../../kept-columns';
import type { AnyProjection } from '../../projection';
import type { Changes } from '../../unit';
import { type Generation, WHOLE } from '../tables/generation';
import type { ReadEvent } from './read-event';
import { RowCache } from './row-cache';
import { Wanted } from './wanted';

/** Ids of events that a projection must skip. */
export type Skips = ReadonlySet<string>;

export interface ShardOptions {
  readonly generation: Generation;
  readonly partition: number;
  readonly position: bigint;
  readonly skips: Skips;
  /** Rows of each table that are kept in memory between batches. */
  readonly remembered: number;
  /** Whether nothing was written into this generation yet. */
  readonly empty?: boolean;
  /** Set if it takes the events of only this party (see `partyOf`), which was quarantined and catches up. */
  readonly party?: string;
  /** Quarantined parties. The shard skips their events. */
  readonly quarantined?: Iterable<string>;
  /** Whether it stops as a whole at an event that cannot be applied. */
  readonly asOne?: boolean;
}

/** One partition of a generation, or one party of it, in the memory of the process that runs it. */
export class Shard {
  readonly generation: Generation;
  readonly partition: number;
  readonly party: string | undefined;
  readonly quarantined: Set<string>;
  readonly skips: Skips;
  /** Whether one party can be left out while the others go on. */
  readonly isDivisible: boolean;
  /** Position up to which all events of this partition are in the written rows. */
  position: bigint;
  /** The checkpoint in PostgreSQL. It lags behind `position` while no row changes. */
  durable: bigint;
  readonly wanted = new Wanted();
  /** By table, but for those that are only appended to; only this shard's owner changes them. */
  known: Readonly<Record<string, RowCache>>;
  private readonly remembered: number;

  constructor(options: ShardOptions) {
    const { generation, partition, position, skips, remembered, empty = false } = options;
    this.generation = generation;
    this.partition = partition;
    this.party = options.party;
    this.quarantined = new Set(options.quarantined);
    this.skips = skips;
    this.isDivisible = !options.asOne && this.party === undefined && !this.projection.global;
    this.position = position;
    this.durable = position;
    this.remembered = remembered;
    this.known = this.caches(empty);
  }

  get projection(): AnyProjection {
    return this.generation.projection;
  }

  /** Whether it takes the events of all partitions. */
  private get takesAll(): boolean {
    return this.partition === WHOLE || this.projection.global === true;
  }

  /** Whether queries see its rows. */
  get serves(): boolean {
    return this.partition !== WHOLE;
  }

  /** The events among these that it has not seen. */
  newsOf(all: readonly ReadEvent[], ofPartition: readonly ReadEvent[] = []): ReadEvent[] {
    return (this.takesAll ? all : ofPartition).filter(
      ({ event, unreadable }) =>
        (this.handles(event) || (canBeKept(unreadable) && isKept(this.projection, event))) &&
        event.position > this.position &&
        this.isParty(event),
    );
  }

  /** Whether a handler takes the event. Handlers do not see what an admin decided to skip; kept columns still move. */
  handles(event: RecordedEvent): boolean {
    return !this.skips.has(event.id) && isHandled(this.projection, event);
  }

  /** Takes over what was written. */
  remember(changed: readonly [table: string, changes: Changes][]): void {
    for (const [table, changes] of changed) this.known[table]?.remember(changes);
  }

  /** A quarantined party has caught up. Others wrote its rows meanwhile, so they are dropped from the cache. */
  takeBack(party: string): void {
    this.quarantined.delete(party);
    this.known = this.caches(false);
  }

  private isParty(event: RecordedEvent): boolean {
    if (this.party !== undefined) return partyOf(event) === this.party;
    return this.quarantined.size === 0 || !this.quarantined.has(partyOf(event));
  }

  private caches(areEmpty: boolean): Readonly<Record<string, RowCache>> {
    return Object.fromEntries(
      [...this.generation.tables]
        .filter(([, { table }]) => !table.appendOnly)
        .map(([name]) => [name, new RowCache(this.remembered, areEmpty)]),
    );
  }
}

/** If only a newer build can read an event, its envelope is still valid. Nothing in a broken event is. */
const canBeKept = (unreadable: unknown): boolean => unreadable === undefined || unreadable instanceof NotReadableHere;
