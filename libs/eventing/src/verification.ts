import { createHash } from 'node:crypto';
import type { StoredEvent } from './event-store';
import { isIntact } from './hash-chain';

/** A moment of the whole history: how far it went, and one hash over all of it. */
export interface HistoryMark {
  readonly position: bigint;
  readonly events: number;
  /** SHA-256, hex, over the hash of every event up to here: each step hashes the one before and the event's own. */
  readonly hash: string;
}

export const BEGINNING: HistoryMark = { position: -1n, events: 0, hash: createHash('sha256').digest('hex') };

/** The mark that follows when this event is the next of all. */
export const advance = (mark: HistoryMark, { position, metadata }: StoredEvent): HistoryMark => ({
  position,
  events: mark.events + 1,
  hash: createHash('sha256').update(mark.hash).update(metadata.hash).digest('hex'),
});

export interface Verified {
  /** Where history stood when it was read to its end, or to the break. */
  readonly mark: HistoryMark;
  readonly streams: number;
  /** The first event that is not what was appended, or that follows a gap in its stream. */
  readonly brokenAt: { readonly stream: string; readonly revision: number } | null;
  /** The first of the expected marks that history does not lead to: something before it was taken out or put in. */
  readonly lostBefore: HistoryMark | null;
}

export interface VerifyOptions {
  /** A mark already trusted, to go on from; the events given must be those after it. */
  readonly from?: HistoryMark;
  /** Marks taken earlier, in order: history must still pass through each of them. */
  readonly expected?: readonly HistoryMark[];
  /** Told after every thousand events. */
  readonly onProgress?: (events: number) => void;
}

/**
 * Holds events, in the order of the whole store, against their hash chains and against marks taken earlier. A changed
 * event breaks its own hash, one taken out of a stream's middle the next one's; one taken off a stream's end, or a
 * whole stream, shows in the marks. Memory grows with the number of streams, not of events.
 */
export async function verifyHistory(
  events: AsyncIterable<StoredEvent>,
  { from = BEGINNING, expected = [], onProgress }: VerifyOptions = {},
): Promise<Verified> {
  const heads = new Map<string, { revision: number; hash: string }>();
  const pending = expected.filter(({ position }) => position > from.position);
  const passed = (mark: HistoryMark, reached: HistoryMark) =>
    reached.position === mark.position && reached.hash === mark.hash && reached.events === mark.events;
  let mark = from;
  const result = (brokenAt: Verified['brokenAt'], lostBefore: Verified['lostBefore']): Verified => ({
    mark,
    streams: heads.size,
    brokenAt,
    lostBefore,
  });

  for await (const event of events) {
    const due = pending[0];
    if (due && event.position > due.position) {
      if (!passed(due, mark)) return result(null, due);
      pending.shift();
    }
    const head = heads.get(event.stream);
    // Before a trusted mark the stream was verified already: what its first event here says of the past is taken.
    const trusted = head === undefined && from.events > 0 && event.revision > 0;
    const follows = trusted || event.revision === (head?.revision ?? -1) + 1;
    const prevHash = trusted ? event.metadata.prevHash : (head?.hash ?? null);
    if (!follows || !isIntact(event, prevHash)) {
      return result({ stream: event.stream, revision: event.revision }, null);
    }
    heads.set(event.stream, { revision: event.revision, hash: event.metadata.hash });
    mark = advance(mark, event);
    if (onProgress && mark.events % 1_000 === 0) onProgress(mark.events);
  }
  const missed = pending.find((due) => !passed(due, mark));
  return result(null, missed ?? null);
}
