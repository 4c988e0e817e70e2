import { type EventStore, type StoredEvent } from '@yoyaku/eventing';
import { DomainError } from '@yoyaku/kernel';
import type { Checkpoints } from './checkpoints';
import { BEGINNING, type HistoryMark } from './history-mark';
import type { SignedCheckpoint, SigningKey } from './signing-key';

/**
 * What a third party needs to check that an event belongs to the signed history. Hash the mark's hash with each of
 * `hashes` in turn: the result is the checkpoint's hash. The event's own hash is one of `hashes`.
 */
export interface Proof {
  readonly event: StoredEvent;
  readonly from: HistoryMark;
  /** The hash of every event after the mark, up to the checkpoint. */
  readonly hashes: readonly string[];
  readonly checkpoint: SignedCheckpoint;
  /** Ed25519, PEM. */
  readonly publicKey: string;
}

/** Throws `audit.not_yet_signed` while no checkpoint covers the position, `event.not_found` where there is no event. */
export async function prove(
  position: bigint,
  { store, checkpoints, key }: { store: EventStore; checkpoints: Checkpoints; key: SigningKey },
): Promise<Proof> {
  const all = await checkpoints.all();
  const checkpoint = all.find((each) => each.position >= position);
  if (!checkpoint) throw new DomainError('audit.not_yet_signed');
  const from = all.findLast((each) => each.position < position) ?? BEGINNING;
  const hashes: string[] = [];
  let event: StoredEvent | undefined;
  for await (const each of store.readAll(from === BEGINNING ? {} : { after: from.position })) {
    if (each.position > checkpoint.position) break;
    hashes.push(each.metadata.hash);
    if (each.position === position) event = each;
  }
  if (!event) throw new DomainError('event.not_found');
  return { event, from, hashes, checkpoint, publicKey: key.publicKeyPem };
}
