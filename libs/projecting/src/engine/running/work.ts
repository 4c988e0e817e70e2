import type { RecordedEvent } from '@yoyaku/eventing';
import type { Instant } from '@yoyaku/kernel';
import { type AnyRow, type Changes, HandlerFailure, UnitOfRows } from '../../unit';
import { furthest } from './positions';
import type { Shard } from './shard';

/** An event on its way into projections. */
export interface ReadEvent {
  readonly event: RecordedEvent;
  readonly partition: number;
  /** Position of the event before it in the whole store. */
  readonly previous: bigint;
  /** Why it could not be opened; its data is then as stored, and whoever handles it stops there. */
  readonly unreadable?: unknown;
}

/** Why a partition stopped. */
export interface Failure {
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly error: string;
  readonly at: Instant;
}

/** What some events, in order, mean for one shard: rows to change, a position to move to, perhaps a failure. */
export class Work {
  private unit: UnitOfRows | undefined;
  /** Where the shard stands afterwards. */
  position: bigint;
  /** Whether a query is told that its wait is over. */
  answers = false;
  failed: { readonly at: ReadEvent; readonly error: unknown } | undefined;

  constructor(
    readonly shard: Shard,
    public events: readonly ReadEvent[],
    upTo: bigint,
  ) {
    this.position = upTo;
    const unreadable = events.find((event) => event.unreadable !== undefined);
    if (unreadable) this.stopAt(unreadable, unreadable.unreadable);
  }

  /** Runs the handlers over what is known; false when rows are missing, and it is to be run again with them. */
  run(): boolean {
    const unit = new UnitOfRows(this.shard.projection, this.shard.known);
    this.unit = unit;
    try {
      unit.apply(this.events.map(({ event }) => event));
    } catch (error) {
      if (!(error instanceof HandlerFailure)) throw error;
      if (!unit.complete) return false;
      this.stopAt(this.events.find(({ event }) => event === error.event) as ReadEvent, error.cause);
      return this.run();
    }
    return unit.complete;
  }

  get missing(): [table: string, keys: ReadonlyMap<string, AnyRow>][] {
    return this.unit?.missing ?? [];
  }

  get changed(): [table: string, rows: Changes][] {
    return this.unit?.changed ?? [];
  }

  get changesRows(): boolean {
    return this.changed.some(([, rows]) => rows.size > 0);
  }

  /** Leaves out that event and all after it; the shard stops there. */
  stopAt(at: ReadEvent, error: unknown): void {
    this.failed = { at, error };
    this.events = this.events.slice(0, this.events.indexOf(at));
    this.position = furthest(at.previous, this.shard.position);
    this.unit = undefined;
  }
}
