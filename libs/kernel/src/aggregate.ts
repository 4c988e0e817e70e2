import type { Decider, Message } from './decider';
import type { EventCatalog } from './event-catalog';

/** The tenant of all that belongs to no business: users, teams, the platform itself. */
export const PLATFORM = 'platform';

/**
 * A decider together with what the store needs to keep it: a stream category, the catalog of its events, and
 * the tenant a state belongs to. The stream of one instance is `<category>-<id>`.
 */
export interface Aggregate<State, C extends Message, E extends Message> {
  readonly category: string;
  readonly decider: Decider<State, C, E>;
  readonly events: EventCatalog<E>;
  /** The business's id, or {@link PLATFORM}; asked of the state after the events of a command. */
  readonly tenantOf: (state: State) => string;
  /** Long streams keep a snapshot of the state; a change of the state's shape must bump the version. */
  readonly snapshot?: { readonly every: number; readonly version: number };
}

export const streamOf = (aggregate: { readonly category: string }, id: string): string => `${aggregate.category}-${id}`;
