import type { Aggregate, Instant, Message } from '@yoyaku/kernel';

/** What this process knows of a stream. */
export interface Head<State> {
  readonly state: State;
  /** −1 says that there is no such stream. */
  readonly revision: number;
  readonly position: bigint;
  /** When its first and its last event occurred; null while there are none. */
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly hash: string | null;
  /** `performance.now()` of a moment at which this surely was the head. */
  readonly verifiedAt: number;
  /** The last commands that appended here, or more of them; a repeat of one is answered, not decided. */
  readonly commandIds: readonly string[];
  /** How often all had been forgotten when its first event was opened; see `Heads.epoch`. */
  readonly epoch: number;
}

/** Commands that a head remembers. */
export const REMEMBERED_COMMANDS = 64;
/** `verifiedAt` of what may long be outdated. */
export const UNVERIFIED = Number.NEGATIVE_INFINITY;

/** The head of a stream that is not there, as far as anybody knows. */
export const nothing = <State, C extends Message, E extends Message>(
  { decider }: Aggregate<State, C, E>,
  epoch: number,
): Head<State> => ({
  state: decider.initial,
  revision: -1,
  position: 0n,
  createdAt: null,
  updatedAt: null,
  hash: null,
  verifiedAt: UNVERIFIED,
  commandIds: [],
  epoch,
});

/** What is remembered of the commands, after one more. */
export const remember = (commandIds: readonly string[], commandId: string): readonly string[] =>
  commandIds.at(-1) === commandId ? commandIds : [...commandIds.slice(1 - REMEMBERED_COMMANDS), commandId];
