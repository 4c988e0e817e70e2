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
  /** A moment (`performance.now()`) at which this was certainly the stream's last event. */
  readonly verifiedAt: number;
  /** The last commands that appended to the stream. A repeat of one is answered without deciding again. */
  readonly commandIds: readonly string[];
  /** How often the cache had been emptied when the first event was decrypted; see `StreamCache.epoch`. */
  readonly epoch: number;
}

/** Number of commands that are kept for a stream. */
export const REMEMBERED_COMMANDS = 64;
/** `verifiedAt` of a state that may have been outdated for long. */
export const UNVERIFIED = Number.NEGATIVE_INFINITY;

/** The state of a stream that does not exist yet. */
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

/** The kept commands, with one more. */
export const remember = (commandIds: readonly string[], commandId: string): readonly string[] =>
  commandIds.at(-1) === commandId ? commandIds : [...commandIds.slice(1 - REMEMBERED_COMMANDS), commandId];
