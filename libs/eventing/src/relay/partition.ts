import { PLATFORM } from '@yoyaku/kernel';

/**
 * The party of an event: its tenant or, for events of the platform, its stream. Events of one party stay in order. No
 * read model may depend on the order of events of two parties.
 */
export const partyOf = ({ tenantId, stream }: { tenantId: string; stream: string }): string =>
  tenantId === PLATFORM ? stream : tenantId;

/**
 * The partition, from 0 to `partitions - 1`, of an event: by its party. FNV-1a (32 bit, over UTF-16 units), which must
 * never change: checkpoints belong to partitions.
 */
export function partitionOf(event: { tenantId: string; stream: string }, partitions: number): number {
  const text = partyOf(event);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % partitions;
}
