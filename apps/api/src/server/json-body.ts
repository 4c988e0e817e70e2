import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../http/conventions/problems/problem';

/** Deeper than any body of ours; what is nested without end would overflow the stack of whatever walks it. */
const DEEPEST = 20;

/**
 * JSON in UTF-8, not compressed, is all that is taken: 415 for the rest. A command without anything to say may come
 * without a body, whatever its type says.
 */
export function readJsonOnly(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const refusal = refusalOf(request, body);
    if (refusal) return done(refusal);
    if (body.length === 0) return done(null, undefined);
    parseJson(request, body.toString(), (error, value) =>
      error || isSound(value, DEEPEST) ? done(error, value) : done(new Problem(400, 'request.malformed')),
    );
  });
}

function refusalOf({ headers }: FastifyRequest, body: Buffer): Problem | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') {
    return new Problem(415, 'request.unsupported_encoding', { headers: { 'accept-encoding': 'identity' } });
  }
  const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '') ?? [];
  if (!/^utf-?8$/i.test(charset)) return new Problem(415, 'request.unsupported_charset');
  return isUtf8(body) ? undefined : new Problem(400, 'request.malformed');
}

/** Of numbers too large to be told (`1e999` is read as infinite) nobody could say what was meant. */
const isSound = (value: unknown, levels: number): boolean => {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((child) => isSound(child, levels - 1));
};
