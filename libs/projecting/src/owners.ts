import { createHash } from 'node:crypto';
import { partyOf, type RecordedEvent } from '@yoyaku/eventing';
import type { Table } from './table';

/** Owners that are remembered with their hashes, so that most events need none reckoned. */
const REMEMBERED = 20_000;
const ANYONE = '0';

const hashes = new Map<string, string>();

/**
 * Who may change rows of this table that the event makes: a 64-bit hash (in decimal digits, as PostgreSQL's bigint has
 * it) of the stream with its tenant, or of the tenant. It is cryptographic, so that no name can be sought that has the
 * hash of another.
 */
export function ownerOf({ owner = 'stream' }: Table, event: RecordedEvent): string {
  if (owner === 'anyone') return ANYONE;
  return hashOf(owner === 'tenant' ? partyOf(event) : `${event.tenantId}/${event.stream}`);
}

function hashOf(name: string): string {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(name).digest().readBigInt64BE().toString();
  if (hashes.size >= REMEMBERED) hashes.clear();
  hashes.set(name, hash);
  return hash;
}
