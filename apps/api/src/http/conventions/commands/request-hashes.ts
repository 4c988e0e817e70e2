import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FastifyRequest } from 'fastify';

/** SHA-256 of a request: what is asked for, where, and under which `If-Match`. */
export interface RequestHashes {
  /** The same in whatever order the members of the body come (RFC 8785). */
  readonly canonical: Buffer;
  /** In the order in which they came: all that the previous build knows. */
  readonly asSent: Buffer;
  /** As sent, and without `If-Match`: all that the builds before knew. Rows of theirs have no `command`. */
  readonly older: Buffer;
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

const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
