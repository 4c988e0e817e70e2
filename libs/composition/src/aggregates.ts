import type { AnyAggregate } from '@yoyaku/eventing';

/** Every aggregate of every context: what the store may hold, and how to read it. */
export const aggregates: readonly AnyAggregate[] = [];
