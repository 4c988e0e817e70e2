import { type FoundEvent, isIntact, isOther, type StoredEvent } from '@yoyaku/eventing';
import { advance, BEGINNING, type HistoryMark, isSameMark } from './history-mark';
import { type EventPlace, StreamHarm } from './stream-harm';
import { StreamHeads } from './stream-heads';

export interface Verified {
  /** The mark at the end of history, or before the break. */
  readonly mark: HistoryMark;
  readonly streams: number;
  /**
   * The first event that differs from what was appended, or is missing in the middle of its stream, or was lost because
   * somebody deleted or truncated the stream.
   */
  readonly brokenAt: EventPlace | null;
  /** The first expected mark that history does not match: an event before it was removed or added. */
  readonly lostBefore: HistoryMark | null;
}

export interface VerifyOptions {
  /** A trusted mark to start from. The events must be those after it. */
  readonly from?: HistoryMark;
  /** Marks that were taken earlier, in order. History must match each of them. */
  readonly expected?: readonly HistoryMark[];
  /** Called after every thousand events and after the last one. */
  readonly onProgress?: (mark: HistoryMark) => void;
  /** When it aborts, its reason is thrown after the next thousand events. */
  readonly signal?: AbortSignal;
}

const PROGRESS_EVERY = 1_000;

/**
 * Compares events with their hash chains and with marks that were taken earlier. The events are in the order of the
 * whole store; events of others may be among them. A changed event breaks its own hash. An event removed from the
 * middle of a stream leaves a gap. An event removed from its end, or a whole stream, makes a mark wrong. Memory grows
 * with the number of streams (see {@link StreamHeads}), not of events.
 */
export async function verifyHistory(
  events: AsyncIterable<FoundEvent>,
  { from = BEGINNING, expected = [], onProgress, signal }: VerifyOptions = {},
): Promise<Verified> {
  const heads = new StreamHeads();
  const harm = new StreamHarm(heads);
  const expectedMarks = expected.filter(({ position }) => position > from.position);
  let mark = from;
  const result = (found: Partial<Verified> = {}): Verified => ({
    mark,
    streams: heads.size,
    brokenAt: null,
    lostBefore: null,
    ...found,
  });

  for await (const event of events) {
    if (isOther(event)) {
      const brokenAt = harm.placeHarmedBy(event);
      if (brokenAt) return result({ brokenAt });
      continue;
    }
    const due = expectedMarks[0];
    if (due && event.position > due.position) {
      if (!isSameMark(due, mark)) return result({ lostBefore: due });
      expectedMarks.shift();
    }
    const brokenAt = breakAt(event, heads, from);
    if (brokenAt) return result({ brokenAt });
    mark = advance(mark, event);
    if (mark.events % PROGRESS_EVERY !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.(mark);
  }
  if (mark !== from) onProgress?.(mark);
  const lostBefore = expectedMarks.find((due) => !isSameMark(due, mark)) ?? null;
  return result({ lostBefore, brokenAt: harm.truncatedPlace ?? null });
}

/** Moves the stream's head to the event, or returns where the stream is broken. */
function breakAt(event: StoredEvent, heads: StreamHeads, from: HistoryMark): EventPlace | undefined {
  const { stream, revision } = event;
  const number = heads.numberOf(stream);
  const last = heads.revisionOf(number);
  // The stream was verified up to the trusted mark, so the first event after it is believed about its predecessor.
  const isTrusted = last < 0 && from.events > 0 && revision > 0;
  if (!isTrusted && revision !== last + 1) return { stream, revision: Math.min(revision, last + 1) };
  if (!isWhole(event, isTrusted ? event.metadata?.prevHash : heads.hashOf(number))) return { stream, revision };
  heads.move(number, revision, event.metadata.hash);
  return undefined;
}

/** Damaged data may not even have the shape of an event. Then it is not what was appended. */
function isWhole(event: StoredEvent, prevHash: string | null): boolean {
  try {
    return isIntact(event, prevHash);
  } catch {
    return false;
  }
}
