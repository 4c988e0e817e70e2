import type { Instant } from './time';

/** A command or an event: what it is and what it says. Plain data, safe to serialize. */
export type Message<Type extends string = string, Data extends object = object> = Readonly<{
  type: Type;
  data: Readonly<Data>;
}>;

/** A command with the moment at which it is handled. Deciders have no clock of their own. */
export type Taken<C extends Message> = C & Readonly<{ at: Instant }>;

/** An event with the moment at which it occurred, as `evolve` and projections get it. */
export type Occurred<E extends Message> = E & Readonly<{ at: Instant }>;

export type OfType<M extends Message, Type extends M['type']> = Extract<M, { type: Type }>;

/**
 * A whole aggregate as three pure pieces.
 *
 * `decide` answers a command with the events it leads to: none when the command already took effect, a thrown
 * {@link DomainError} when a rule forbids it. `evolve` folds one event into the state and never rejects.
 * Both are records keyed by type, so the compiler proves them complete.
 */
export interface Decider<State, C extends Message, E extends Message> {
  readonly initial: State;
  readonly decide: { readonly [T in C['type']]: (command: Taken<OfType<C, T>>, state: State) => readonly E[] };
  readonly evolve: { readonly [T in E['type']]: (state: State, event: Occurred<OfType<E, T>>) => State };
}

/** Runs the decider's function for this command. Throws `DomainError` when a rule forbids it. */
export function decide<State, C extends Message, E extends Message>(
  decider: Decider<State, C, E>,
  command: Taken<C>,
  state: State,
): readonly E[] {
  const handler = decider.decide[command.type as C['type']] as (command: Taken<C>, state: State) => readonly E[];
  return handler(command, state);
}

/** Folds one event into the state. An event type the decider does not know leaves the state as it was. */
export function evolve<State, C extends Message, E extends Message>(
  decider: Decider<State, C, E>,
  state: State,
  event: Occurred<E>,
): State {
  const handler = decider.evolve[event.type as E['type']] as ((state: State, event: Occurred<E>) => State) | undefined;
  return handler ? handler(state, event) : state;
}
