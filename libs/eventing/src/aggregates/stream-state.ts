import type { Aggregate, Instant, Message } from '@yoyaku/kernel';

/** What this process knows of a stream: the state that its events lead to, and the place of the last of them. */
export interface StreamState<State> {
  readonly state: State;
  /** −1 says that there is no such stream. */
  readonly revision: number;
  readonly position: bigint;
  /** When its first and its last event occurred; null while there are none. */
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly hash: string | null;
  /** `performance.now()` of a moment at which nothing surely had come after it. */
  readonly verifiedAt: number;
  /** The last commands that appended here, or more of them; a repeat of one is answered, not decided. */
  readonly commandIds: readonly string[];
  /** How often all had been forgotten when its first event was opened; see `StreamCache.epoch`. */
  readonly epoch: number;
}

/** Commands that are remembered of a stream. */
export const REMEMBERED_COMMANDS = 64;
/** `verifiedAt` of what may long be outdated. */
export const UNVERIFIED = Number.NEGATIVE_INFINITY;

/** A stream that is not there, as far as anybody knows. */
export const emptyStream = <State, C extends Message, E extends Message>(
  { decider }: Aggregate<State, C, E>,
  epoch: number,
): StreamState<State> => ({
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
