import { NotReadableHere, partyOf } from '@yoyaku/eventing';
import { type AnyRow, type Changes, HandlerFailure, UnitOfRows } from '../../unit';
import { furthest } from './positions';
import type { ReadEvent } from './read-event';
import type { Shard } from './shard';

/** An event at which something stops. */
export interface Stop {
  readonly at: ReadEvent;
  readonly error: unknown;
}

/** The effect of some events on one shard: changed rows, the new position, and what stops at which event. */
export class Work {
  events: readonly ReadEvent[];
  private unit: UnitOfRows | undefined;
  private isRunning = false;
  /** The shard's position afterwards. */
  position: bigint;
  /** Whether a query waits for a position that is reached now. */
  answers = false;
  /** The whole shard stops. */
  failed: Stop | undefined;
  /** The whole shard waits here for a newer build, which can read the event. */
  unreadable: Stop | undefined;
  /** Parties that are left out from here on. */
  readonly quarantined = new Map<string, Stop>();

  constructor(
    readonly shard: Shard,
    /** The events that the shard has not seen. */
    readonly given: readonly ReadEvent[],
    /** The shard's position if nothing stops. */
    readonly end: bigint,
  ) {
    this.events = given;
    this.position = end;
    for (const at of given) {
      // What the event says is needed by handlers alone, not for the kept columns.
      const isNeeded = shard.handles(at.event);
      if (at.unreadable === undefined || !isNeeded || !this.events.includes(at)) continue;
      const needsNewerBuild = at.unreadable instanceof NotReadableHere;
      // A party that catches up stops by itself: its neighbours, who go on without it, need not wait for a newer build.
      if (needsNewerBuild && shard.party === undefined) this.unreadable = this.endBefore(at, at.unreadable);
      else this.stopAt(at, at.unreadable);
    }
  }

  /** Runs the handlers over the known rows. False: rows are missing; it must run again when they are fetched. */
  run(): boolean {
    for (;;) {
      const unit = new UnitOfRows(this.shard.projection, this.shard.known);
      this.unit = unit;
      try {
        this.isRunning = true;
        unit.apply(
          this.events.map(({ event }) => event),
          this.shard.skips,
        );
        this.isRunning = false;
        return unit.complete;
      } catch (error) {
        this.isRunning = false;
        if (!(error instanceof HandlerFailure)) throw error;
        if (!unit.complete) return false;
        this.stopAt(this.events.find(({ event }) => event === error.event) as ReadEvent, error.cause);
      }
    }
  }

  /** The event whose handler was running when `run` was stopped from outside. */
  get endedAt(): ReadEvent | undefined {
    return this.isRunning ? this.events.find(({ event }) => event === this.unit?.at) : undefined;
  }

  get missing(): [table: string, keys: ReadonlyMap<string, AnyRow>][] {
    return this.unit?.missing ?? [];
  }

  get changed(): [table: string, rows: Changes][] {
    return this.unit?.changed ?? [];
  }

  /** Whether something is to be written besides the position. */
  get isNews(): boolean {
    const changesRows = this.changed.some(([, rows]) => rows.size > 0);
    return changesRows || this.failed !== undefined || this.unreadable !== undefined || this.quarantined.size > 0;
  }

  /**
   * Leaves out that event and all that its party did after it; where the shard stands or falls as one, all after it.
   */
  stopAt(at: ReadEvent, error: unknown): void {
    if (!this.shard.isDivisible) {
      this.failed = this.endBefore(at, error);
      return;
    }
    const party = partyOf(at.event);
    this.quarantined.set(party, { at, error });
    const from = this.events.indexOf(at);
    this.events = this.events.filter(({ event }, i) => i < from || partyOf(event) !== party);
    this.unit = undefined;
  }

  private endBefore(at: ReadEvent, error: unknown): Stop {
    this.events = this.events.slice(0, this.events.indexOf(at));
    this.position = furthest(at.previous, this.shard.position);
    this.unit = undefined;
    return { at, error };
  }
}
