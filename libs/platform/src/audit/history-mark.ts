import { hash } from 'node:crypto';
import type { StoredEvent } from '@yoyaku/eventing';

/** A point in the whole history: its position, and one hash over all events up to it. */
export interface HistoryMark {
  readonly position: bigint;
  readonly events: number;
  /** SHA-256, hex, over the hash of every event up to here: each step hashes the one before and the event's own. */
  readonly hash: string;
}

export const BEGINNING: HistoryMark = { position: -1n, events: 0, hash: hash('sha256', '') };

/** The mark after one more event. */
export const advance = (mark: HistoryMark, { position, metadata }: StoredEvent): HistoryMark => ({
  position,
  events: mark.events + 1,
  hash: hash('sha256', mark.hash + metadata.hash),
});

export const isSameMark = (one: HistoryMark, other: HistoryMark): boolean =>
  one.position === other.position && one.hash === other.hash && one.events === other.events;
