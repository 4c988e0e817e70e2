import type { Store } from '../store/store';
import { describedBy } from '../store/stream-metadata';
import type { GrpcCall } from '../wire/call';
import { streamDeleted, timedOut, wrongExpectedVersion } from '../wire/failures';
import { InvalidRequest, parseDelete } from '../wire/write-requests';
import { deleteSuccess } from './append-answers';

/** Streams.Delete and Streams.Tombstone. Returns the DeleteResp or TombstoneResp. */
export async function deleteStream(store: Store, call: GrpcCall, kind: 'soft-delete' | 'tombstone'): Promise<Buffer> {
  const { stream, expected } = parseDelete(await call.message());
  if (describedBy(stream) !== undefined) throw new InvalidRequest(`'${stream}': metadata is deleted with its stream`);
  const outcome = await store.queue.write({ stream, expected, change: { kind }, isAbandoned: () => call.closed });
  if (outcome.kind === 'written') return deleteSuccess(outcome);
  if (outcome.kind === 'wrong-expected-revision') throw wrongExpectedVersion(stream, expected, outcome.lastRevision);
  throw outcome.kind === 'stream-deleted' ? streamDeleted(stream) : timedOut();
}
