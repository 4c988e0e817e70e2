import { NotReadableHere, partyOf, type RecordedEvent } from '@yoyaku/eventing';
import { isHandled, isKept } from '../../kept-columns';
import type { AnyProjection } from '../../projection';
import type { Changes } from '../../unit';
import { type Generation, WHOLE } from '../tables/generation';
import type { ReadEvent } from './read-event';
import { RowCache } from './row-cache';
import { Wanted } from './wanted';

/** Events that a projection is to pass over, by id. */
export type Skips = ReadonlySet<string>;

export interface ShardOptions {
  readonly generation: Generation;
  readonly partition: number;
  readonly position: bigint;
  readonly skips: Skips;
  /** Rows of each table that are kept in memory between batches. */
  readonly remembered: number;
  /** Nothing was written into this generation yet. */
  readonly empty?: boolean;
  /** The party (see `partyOf`) whose events alone it takes: one that was quarantined, and catches up. */
  readonly party?: string;
  /** Parties that are quarantined: their events are not for this shard. */
  readonly quarantined?: Iterable<string>;
  /** Whether it stops as a whole at an event that cannot be applied. */
  readonly asOne?: boolean;
}

/** One partition of a generation, or one party of it, as the process that runs it knows it. */
export class Shard {
  readonly generation: Generation;
  readonly partition: number;
  readonly party: string | undefined;
  readonly quarantined: Set<string>;
  readonly skips: Skips;
  /** Whether one party can be left out while the others go on. */
  readonly isDivisible: boolean;
  /** Everything of this partition up to here is in the rows that are written. */
  position: bigint;
  /** The checkpoint as it stands in PostgreSQL; behind `position` while nothing but the position moved. */
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

  /** Whether every event concerns it, whatever its partition. */
  private get takesAll(): boolean {
    return this.partition === WHOLE || this.projection.global === true;
  }

  /** Whether queries see its rows. */
  get serves(): boolean {
    return this.partition !== WHOLE;
  }

  /** What of these is news to it. */
  newsOf(all: readonly ReadEvent[], ofPartition: readonly ReadEvent[] = []): ReadEvent[] {
    return (this.takesAll ? all : ofPartition).filter(
      ({ event, unreadable }) =>
        (isHandled(this.projection, event) || (canBeKept(unreadable) && isKept(this.projection, event))) &&
        event.position > this.position &&
        !this.skips.has(event.id) &&
        this.isParty(event),
    );
  }

  /** Takes over what was written. */
  remember(changed: readonly [table: string, changes: Changes][]): void {
    for (const [table, changes] of changed) this.known[table]?.remember(changes);
  }

  /** A party that was quarantined is level: its rows, which others wrote meanwhile, are not known here. */
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

/** Of an event that only a newer build can read, the envelope can be read; of a broken one nothing can be believed. */
const canBeKept = (unreadable: unknown): boolean => unreadable === undefined || unreadable instanceof NotReadableHere;
