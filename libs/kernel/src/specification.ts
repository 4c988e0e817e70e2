import { type Decider, decide, evolve, type Message, type Occurred } from './decider';
import { DomainError } from './domain-error';
import type { Instant } from './time';

/** The moment at which given events occurred and commands are taken, unless they say otherwise. */
export const SPEC_TIME: Instant = '2026-04-01T00:00:00Z';

/**
 * Specifications as sentences over the very decider that production runs:
 * `const { given } = specify(Booking.decider)`, then
 * `given([…events]).when(command).then([…events])` or `.thenRejects('booking.slot_taken')`.
 */
export function specify<State, C extends Message, E extends Message>(decider: Decider<State, C, E>) {
  const fold = (events: readonly (E | Occurred<E>)[]): State =>
    events.reduce((state, event) => evolve(decider, state, { at: SPEC_TIME, ...event }), decider.initial);

  return {
    /** The state these events lead to. */
    fold,
    given: (events: readonly (E | Occurred<E>)[]) => ({
      when: (command: C, at: Instant = SPEC_TIME) => {
        const run = () => decide(decider, { ...command, at }, fold(events));
        return {
          // biome-ignore lint/suspicious/noThenProperty: given, when, then are the words for it; nobody awaits this
          then: (expected: readonly E[]) => expect(run()).toEqual(expected),
          thenNothing: () => expect(run()).toEqual([]),
          thenRejects: (code: string) => expect(rejection(run)).toBe(code),
          /** The state after the command's events. */
          thenState: (check: (state: State) => void) => check(fold([...events, ...run().map((e) => ({ ...e, at }))])),
        };
      },
    }),
  };
}

/** The code with which the call is rejected, or undefined when it is not; other errors pass. */
export function rejection(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

/** Processor time that the work took, in milliseconds: what else the machine has to do does not count. */
export function millisecondsOf(work: () => void): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1_000;
}
