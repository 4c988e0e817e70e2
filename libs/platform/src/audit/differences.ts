import type { AggregateStore, AnyAggregate } from '@yoyaku/eventing';
import { evolve } from '@yoyaku/kernel';
import { differenceBetween, type FieldChange } from './difference';

/** An event, named by the thing that it changed. */
export interface Change {
  /** Category of the stream. */
  readonly entity: string;
  readonly entityId: string;
  readonly revision: number;
}

/** How many streams are read at the same time. */
const AT_ONCE = 8;

/**
 * What events changed: compares the state before and after each. The states are folded from the events whenever they
 * are asked for, so erased data is never in them.
 */
export class Differences {
  private readonly aggregates: ReadonlyMap<string, AnyAggregate>;

  constructor(
    private readonly store: AggregateStore,
    aggregates: readonly AnyAggregate[],
  ) {
    this.aggregates = new Map(aggregates.map((aggregate) => [aggregate.category, aggregate]));
  }

  /**
   * The changed fields of each change, in the same order. Each thing's stream is read once, up to its last change. Null
   * for a change with more than `longest` events before it.
   */
  async of(
    changes: readonly Change[],
    { longest = Number.POSITIVE_INFINITY }: { readonly longest?: number } = {},
  ): Promise<(FieldChange[] | null)[]> {
    const found = new Map<Change, FieldChange[]>();
    const near = changes.filter(({ revision }) => revision <= longest);
    const things = [...Map.groupBy(near, ({ entity, entityId }) => `${entity}-${entityId}`).values()];
    while (things.length > 0) {
      await Promise.all(things.splice(0, AT_ONCE).map((ofOneThing) => this.fold(ofOneThing, found)));
    }
    return changes.map((change) => found.get(change) ?? null);
  }

  private async fold(changes: readonly Change[], found: Map<Change, FieldChange[]>): Promise<void> {
    const [{ entity, entityId }] = changes as readonly [Change];
    const aggregate = this.aggregates.get(entity);
    if (!aggregate) return;
    const wanted = new Map(changes.map((change) => [change.revision, change]));
    let state = aggregate.decider.initial;
    for await (const event of this.store.history(aggregate, entityId)) {
      const before = state;
      state = evolve(aggregate.decider, before, event);
      const change = wanted.get(event.revision);
      if (!change) continue;
      found.set(change, differenceBetween(before, state));
      wanted.delete(event.revision);
      if (wanted.size === 0) return;
    }
  }
}
