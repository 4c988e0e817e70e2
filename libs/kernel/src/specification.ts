import { type Decider, decide, evolve, type Message, type Occurred, type Taken } from './decider';
import { DomainError } from './domain-error';
import type { Uuid } from './ids';
import { instant } from './time';
import type { Unbranded } from './unbranded';

/** The moment at which given events occurred and commands are handled, unless a spec names another. */
export const SPEC_TIME = instant('2026-04-01T00:00:00Z');

/**
 * Specifications as sentences over the very decider that production runs:
 * `const { given } = specify(Booking.decider)`, then
 * `given([…events]).when(command).then([…events])` or `.thenRejects('booking.slot_taken')`. Ids are names here, such as
 * `hanako`, and moments are plain text.
 */
export function specify<State, C extends Message, E extends Message>(decider: Decider<State, C, E>) {
  type Written = Unbranded<E> | Unbranded<Occurred<E>>;
  const fold = (events: readonly Written[]): State =>
    events.reduce(
      (state: State, event) => evolve(decider, state, { at: SPEC_TIME, ...event } as Occurred<E>),
      decider.initial,
    );

  return {
    /** The state these events lead to. */
    fold,
    given: (events: readonly Written[]) => ({
      when: (command: Unbranded<C>, at: string = SPEC_TIME) => {
        const run = () => decide(decider, { ...command, at } as unknown as Taken<C>, fold(events));
        return {
          // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words for it; nobody awaits this
          then: (expected: readonly Unbranded<E>[]) => expect(run()).toEqual(expected),
          thenNothing: () => expect(run()).toEqual([]),
          thenRejects: (code: string) => expect(rejection(run)).toBe(code),
          /** The state after the command's events. */
          thenState: (check: (state: State) => void) =>
            check(fold([...events, ...run().map((e) => ({ ...e, at }) as Written)])),
        };
      },
    }),
  };
}

/** An id that a spec calls by a name, such as `hanako`. */
export const id = (name: string): Uuid => name as Uuid;

/** The code of the `DomainError` that the call throws, or undefined when it throws none. Other errors are thrown on. */
export function rejection(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** Processor time of the work in milliseconds. Other load on the machine does not count. */
export function millisecondsOf(work: () => void): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1_000;
}
