import { PLATFORM } from '@yoyaku/kernel';

/**
 * The partition, from 0 to `partitions - 1`, of an event: by its tenant, or by its stream where it is the platform's
 * own. FNV-1a (32 bit, over UTF-16 units), which must never change: checkpoints belong to partitions.
 */
export function partitionOf({ tenantId, stream }: { tenantId: string; stream: string }, partitions: number): number {
  const text = tenantId === PLATFORM ? stream : tenantId;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % partitions;
}
