import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';

/**
 * SHA-256 of a request, of what is asked for, where, and under which `If-Match`, in hex. Text, for a buffer of its own
 * for each would cost more than the hash.
 */
export interface RequestHashes {
  /** Independent of the order of the body's members (RFC 8785). */
  readonly canonical: string;
  /** Of the members in the order of the request, as the previous build hashes them. */
  readonly asSent: string;
  /** As sent, and without `If-Match`: all that the builds before knew. Rows of theirs have no `command`. */
  readonly older: string;
}

export function hashesOf({ url, body, headers }: Pick<FastifyRequest, 'url' | 'body' | 'headers'>): RequestHashes {
  const ifMatch = headers['if-match'];
  const withoutMatch = sha256(JSON.stringify([url, body]));
  if (ifMatch === undefined) {
    return { canonical: sha256(canonicalize([url, body]) ?? ''), asSent: withoutMatch, older: withoutMatch };
  }
  const whole = [url, body, ifMatch];
  return { canonical: sha256(canonicalize(whole) ?? ''), asSent: sha256(JSON.stringify(whole)), older: withoutMatch };
}

/** Of a request that is told from others by this text alone. */
export function hashesOfText(text: string): RequestHashes {
  const hashed = sha256(text);
  return { canonical: hashed, asSent: hashed, older: hashed };
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');
