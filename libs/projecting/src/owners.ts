import { hash } from 'node:crypto';
import { partyOf, type RecordedEvent } from '@yoyaku/eventing';
import type { Table } from './table';

/** Names that are remembered with their hashes, so that most events need none reckoned. */
const REMEMBERED = 20_000;
const ANYONE = '0';

const hashes = new Map<string, string>();
/** By stream: looked up by a text that the event has already, and not by one that is put together each time. */
const streams = new Map<string, { readonly tenantId: string; readonly owner: string }>();

/**
 * Who may change rows of this table that the event makes: a 64-bit hash (in decimal digits, as PostgreSQL's bigint has
 * it) of the stream with its tenant, or of the tenant. It is cryptographic, so that no name can be sought that has the
 * hash of another.
 */
export function ownerOf({ owner = 'stream' }: Table, event: RecordedEvent): string {
  if (owner === 'anyone') return ANYONE;
  if (owner === 'tenant') return hashOf(partyOf(event));
  const { stream, tenantId } = event;
  const known = streams.get(stream);
  if (known?.tenantId === tenantId) return known.owner;
  const its = { tenantId, owner: digest(`${tenantId}/${stream}`) };
  remember(streams, stream, its);
  return its.owner;
}

function hashOf(name: string): string {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const owner = digest(name);
  remember(hashes, name, owner);
  return owner;
}

const digest = (name: string): string => hash('sha256', name, 'buffer').readBigInt64BE().toString();

function remember<V>(cache: Map<string, V>, name: string, value: V): void {
  if (cache.size >= REMEMBERED) cache.clear();
  cache.set(name, value);
}
