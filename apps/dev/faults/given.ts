import { randomBytes } from 'node:crypto';

/** What tells an installation of an event store that stood before; empty: it has one of its own. */
export type Given = Readonly<Partial<Record<'ESDB_URL' | 'ESDB_PREFIX', string>>>;

/**
 * The event store of TEST_ESDB_URL, with a prefix for one run; nothing without that variable. Throws when it does not
 * name one node and its port, for proxies are put before it.
 */
export function givenEventStore({ TEST_ESDB_URL: url } = process.env): Given {
  if (!url) return {};
  const { protocol, hostname, port } = URL.parse(url) ?? {};
  if (protocol !== 'esdb:' || hostname?.includes(',') || !port) {
    throw new Error('TEST_ESDB_URL must name one node and its port, as esdb://127.0.0.1:2113?tls=false does');
  }
  return { ESDB_URL: url, ESDB_PREFIX: `faults_${randomBytes(6).toString('hex')}` };
}
