import type { Decider, Message } from './decider';
import { DomainError } from './domain-error';
import type { EventCatalog } from './event-catalog';

/** The tenant of everything that belongs to no business: users, teams, the platform itself. */
export const PLATFORM = 'platform';

/**
 * A decider together with what the store needs to keep it: a stream category, the catalog of its events, and
 * the tenant a state belongs to. The stream of one instance is `<category>-<id>`.
 */
export interface Aggregate<State, C extends Message, E extends Message, Known extends State = State> {
  readonly category: string;
  readonly decider: Decider<State, C, E>;
  readonly events: EventCatalog<E>;
  /** The business's id, or {@link PLATFORM}. It is taken from the state after a command's events. */
  readonly tenantOf: (state: State) => string;
  /**
   * The state of an instance that is there: throws `<thing>.not_found` for one that is not. Absent: every state is one.
   */
  readonly known?: (state: State) => Known;
  /**
   * How many of the last events changed nothing that anybody is shown. `If-Match` may name a revision that only these
   * moved past. Absent: none.
   */
  readonly unseen?: (state: State) => number;
  /** Long streams keep a snapshot of the state; a change of the state's shape must bump the version. */
  readonly snapshot?: { readonly every: number; readonly version: number };
}

export const streamOf = (aggregate: { readonly category: string }, id: string): string => `${aggregate.category}-${id}`;

/** The `tenantOf` of an aggregate whose every instance belongs to a business. */
export const tenantOfBusiness = (state: { readonly status: string } | { readonly businessId: string }): string =>
  'businessId' in state ? state.businessId : PLATFORM;

/** The `known` of an aggregate whose every state but `none` is one of a thing that is there. It throws that code. */
export const unlessNone =
  <State extends { readonly status: string }>(code: string) =>
  (state: State): Exclude<State, { readonly status: 'none' }> => {
    if (state.status === 'none') throw new DomainError(code);
    return state as Exclude<State, { readonly status: 'none' }>;
  };
