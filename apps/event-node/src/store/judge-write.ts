import { TOMBSTONE } from '../wire/event-frame';
import { ANY, type ExpectedRevision, NO_STREAM, STREAM_EXISTS } from '../wire/write-requests';
import type { EventPlace } from './recent-events';
import { isSoftDeleted } from './stream-metadata';
import type { StreamState } from './stream-states';

export type Verdict =
  | { kind: 'accepted' }
  | { kind: 'repeated'; revision: number; position: number }
  | { kind: 'wrong-expected-revision' }
  | { kind: 'stream-deleted' };

/** What is known of the events stored (or about to be), for telling a repeated write from a new one. */
export interface PastEvents {
  /** Any of the latest events, by id. */
  recent(id: string): EventPlace | undefined;
  /** Position of the event with this id, if it is the one at this revision of this stream. */
  positionAt(stream: string, revision: number, id: string): number | undefined;
}

const ACCEPTED: Verdict = { kind: 'accepted' };
const WRONG: Verdict = { kind: 'wrong-expected-revision' };
const DELETED: Verdict = { kind: 'stream-deleted' };

/**
 * EventStoreDB's rules of optimistic concurrency and idempotency.
 * @param ids ids of the events to be written, in order
 * @param hasMetadata a stream with metadata exists even when it has no events
 */
export function judgeWrite(
  stream: string,
  state: StreamState,
  expected: ExpectedRevision,
  ids: readonly string[],
  past: PastEvents,
  hasMetadata: () => boolean,
): Verdict {
  const { lastRevision } = state;
  if (lastRevision === TOMBSTONE) return DELETED;
  if (expected === STREAM_EXISTS) {
    if (isSoftDeleted(state.metadata)) return DELETED;
    if (lastRevision < 0 && !hasMetadata()) return WRONG;
  }
  if (expected === ANY || expected === STREAM_EXISTS)
    return lastRevision < 0 ? ACCEPTED : judgeByIds(stream, ids, past);
  if (expected === lastRevision) return ACCEPTED;
  return expected > lastRevision ? WRONG : judgeByRevision(stream, state, expected, ids, past);
}

/** Without a revision to go by: none of the events known → new, all known → repeated, some → neither. */
function judgeByIds(stream: string, ids: readonly string[], past: PastEvents): Verdict {
  let last: EventPlace | undefined;
  for (const id of ids) {
    const place = past.recent(id);
    if (place?.stream !== stream) return last ? WRONG : ACCEPTED;
    last = place;
  }
  return last ? { kind: 'repeated', revision: last.revision, position: last.position } : ACCEPTED;
}

/** The stream is ahead of what the writer expects: a repeated write if these very events follow that revision. */
function judgeByRevision(
  stream: string,
  { metadata }: StreamState,
  expected: ExpectedRevision,
  ids: readonly string[],
  past: PastEvents,
): Verdict {
  let revision = expected;
  let position: number | undefined;
  for (const id of ids) {
    const found = past.positionAt(stream, revision + 1, id);
    if (found === undefined) {
      const recreates = revision === NO_STREAM && expected === NO_STREAM && isSoftDeleted(metadata);
      return recreates ? ACCEPTED : WRONG;
    }
    position = found;
    revision++;
  }
  return position === undefined ? WRONG : { kind: 'repeated', revision, position };
}
