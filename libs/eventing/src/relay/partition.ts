import { PLATFORM } from '@yoyaku/kernel';

/**
 * Whose event it is: the tenant's, or, where it is the platform's own, its stream's. Order holds among the events of
 * one party; no read model may depend on the order between two.
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
