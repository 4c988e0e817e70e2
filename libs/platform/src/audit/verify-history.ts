import { type FoundEvent, isIntact, isOther, type StoredEvent } from '@yoyaku/eventing';
import { advance, BEGINNING, type HistoryMark, isSameMark } from './history-mark';
import { type Place, StreamHarm } from './stream-harm';
import { StreamHeads } from './stream-heads';

export interface Verified {
  /** Where history stood when it was read to its end, or to the break. */
  readonly mark: HistoryMark;
  readonly streams: number;
  /**
   * The first event that is not what was appended, that is missing before the next one of its stream, or that is not
   * read any more since somebody deleted or truncated the stream.
   */
  readonly brokenAt: Place | null;
  /** The first of the expected marks that history does not lead to: something before it was taken out or put in. */
  readonly lostBefore: HistoryMark | null;
}

export interface VerifyOptions {
  /** A mark already trusted, to go on from; the events given must be those after it. */
  readonly from?: HistoryMark;
  /** Marks taken earlier, in order: history must still pass through each of them. */
  readonly expected?: readonly HistoryMark[];
  /** Told how far it is, after every thousand events and after the last. */
  readonly onProgress?: (mark: HistoryMark) => void;
  /** Throws its reason, at the next thousand, once it aborts. */
  readonly signal?: AbortSignal;
}

const PROGRESS = 1_000;

/**
 * Holds events, in the order of the whole store (those of others may be among them), against their hash chains and
 * against marks taken earlier. A changed event breaks its own hash, one taken out of a stream's middle leaves a gap; one
 * taken off a stream's end, or a whole stream, shows in the marks. Memory grows with the number of streams (see
 * {@link StreamHeads}), not of events.
 */
export async function verifyHistory(
  events: AsyncIterable<FoundEvent>,
  { from = BEGINNING, expected = [], onProgress, signal }: VerifyOptions = {},
): Promise<Verified> {
  const heads = new StreamHeads();
  const harm = new StreamHarm(heads);
  const pending = expected.filter(({ position }) => position > from.position);
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
      const brokenAt = harm.doneBy(event);
      if (brokenAt) return result({ brokenAt });
      continue;
    }
    const due = pending[0];
    if (due && event.position > due.position) {
      if (!isSameMark(due, mark)) return result({ lostBefore: due });
      pending.shift();
    }
    const brokenAt = breakAt(event, heads, from);
    if (brokenAt) return result({ brokenAt });
    mark = advance(mark, event);
    if (mark.events % PROGRESS !== 0) continue;
    signal?.throwIfAborted();
    onProgress?.(mark);
  }
  if (mark !== from) onProgress?.(mark);
  const lostBefore = pending.find((due) => !isSameMark(due, mark)) ?? null;
  return result({ lostBefore, brokenAt: harm.truncatedPlace ?? null });
}

/** Moves its stream's head to the event, or says where the stream is broken. */
function breakAt(event: StoredEvent, heads: StreamHeads, from: HistoryMark): Place | undefined {
  const { stream, revision } = event;
  const number = heads.numberOf(stream);
  const last = heads.revisionOf(number);
  // Before a trusted mark the stream was verified already: what its first event here says of the past is taken.
  const isTrusted = last < 0 && from.events > 0 && revision > 0;
  if (!isTrusted && revision !== last + 1) return { stream, revision: Math.min(revision, last + 1) };
  if (!isWhole(event, isTrusted ? event.metadata?.prevHash : heads.hashOf(number))) return { stream, revision };
  heads.move(number, revision, event.metadata.hash);
  return undefined;
}

/** What was damaged may be no event any more: then it is none that was appended. */
function isWhole(event: StoredEvent, prevHash: string | null): boolean {
  try {
    return isIntact(event, prevHash);
  } catch {
    return false;
  }
}
