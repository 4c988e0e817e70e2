import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** How much of the digest is in the tag: 72 bits, in base64url. */
const DIGEST = 12;

const TAG = new RegExp(`^(0|[1-9]\\d{0,14})(-[\\w-]{${DIGEST}})?$`);

/**
 * The strong tag (RFC 9110, 8.8.3) of a resource as it is shown: the revision of its stream, and a digest of the body. So
 * it changes too when other streams change what is shown (what a customer's bookings came to), and when a build shows
 * more; who is shown less has another. A command's answer and a query's have the same tag if they show the same, in
 * whatever order the members are. Without a body it is the revision alone.
 */
export function tagOf(revision: number, body?: unknown): string {
  if (body === undefined) return `"${revision}"`;
  return `"${revision}-${hash('sha1', canonicalize(body) ?? '', 'base64url').slice(0, DIGEST)}"`;
}

/**
 * The revision that a tag stands for, without its quotation marks; undefined if it is none of ours. `If-Match` asks for
 * the revision and not for the digest: who has seen the resource before an upgrade, or before another booking was
 * counted, has still seen what the command changes.
 */
export function revisionOf(tag: string): number | undefined {
  const [, revision] = TAG.exec(tag) ?? [];
  return revision === undefined ? undefined : Number(revision);
}
