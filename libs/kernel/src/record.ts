import { DomainError, ensure } from './domain-error';
import { isSame } from './is-same';
import type { Instant } from './time';

/** What the state of a record tells beside its data. */
interface Kept {
  readonly status: 'active' | 'removed';
  readonly createdAt: Instant;
}

type RecordState<Known extends Kept> = { readonly status: 'none' } | Known;

/** The data of a record: everything that its events may change. */
type DataOf<Known extends Kept> = Omit<Known, keyof Kept>;

/**
 * The rules of a record: a thing that is created once, changed by what is given, and removed for good. A repeated
 * command yields no event.
 *
 * `taken` is the code that is thrown when the id belongs to a record with other data, or to one that was removed;
 * `unknown` the code when there is no record to change or remove.
 */
export function recordOf<Known extends Kept>({ taken, unknown }: { readonly taken: string; readonly unknown: string }) {
  type State = RecordState<Known>;

  function active(state: State): Known {
    if (state.status !== 'active') throw new DomainError(unknown);
    return state as Known;
  }

  return {
    /** The record, unless there is none or it was removed: then throws `unknown`. */
    active,

    /** For `decide`: `event` where there is no record yet. Throws `taken`. */
    create<Event>(state: State, data: object, event: Event): readonly Event[] {
      if (state.status === 'none') return [event];
      ensure(state.status === 'active' && hasAll(state, data), taken);
      return [];
    },

    /** For `decide`: the event that has the changed data, where what is given differs from it. Throws `unknown`. */
    change<Event>(state: State, given: object, event: (changed: DataOf<Known>) => Event): readonly Event[] {
      const { status: _, createdAt: __, ...data } = active(state);
      return hasAll(data, given) ? [] : [event({ ...data, ...given } as DataOf<Known>)];
    },

    /** For `decide`: the event for a record that is there. Throws `unknown`. */
    remove<Event>(state: State, event: (record: Known) => Event): readonly Event[] {
      return state.status === 'removed' ? [] : [event(active(state))];
    },

    /** For `evolve`. */
    created: (data: DataOf<Known>, createdAt: Instant): Known => ({ status: 'active', createdAt, ...data }) as Known,

    /** For `evolve`, of events that follow the creation: the store keeps their order. */
    changed: (state: State, change: Partial<Known>): Known => ({ ...(state as Known), ...change }),

    /** For `evolve`. */
    removed: (state: State): Known => ({ ...(state as Known), status: 'removed' }),
  };
}

/** Whether a state has all that is given, so that there is nothing to change. */
export const hasAll = (state: object, given: object): boolean =>
  Object.entries(given).every(([key, value]) => isSame(value, (state as Record<string, unknown>)[key]));
