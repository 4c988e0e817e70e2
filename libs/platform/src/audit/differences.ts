import type { AggregateStore, AnyAggregate } from '@yoyaku/eventing';
import { evolve } from '@yoyaku/kernel';
import { differenceBetween, type FieldChange } from './difference';

/** An event, by the thing that it changed. */
export interface Change {
  /** Category of the stream. */
  readonly entity: string;
  readonly entityId: string;
  readonly revision: number;
}

/** So many streams are read at once. */
const AT_ONCE = 8;

/**
 * What events changed: the state before and after each, folded by the very code that decides. Nothing of it is kept, so
 * what was erased is not in it.
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
   * The difference that each of the changes made, in the same order. It takes reading each thing's stream once, up to
   * the last change; null for a change with more than `longest` events before it.
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
