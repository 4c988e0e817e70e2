import { hash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOpen } from '../http/conventions/access/access';
import { SAFE } from '../http/conventions/safe-methods';

/** What an answer depends on, beside its address; a cache keeps one for each. */
const VARY = 'Authorization, X-Business-Id, X-Min-Position';

/**
 * Who may keep an answer: of queries with `cachedSeconds`, anyone what is told to nobody in particular; of all others, nobody.
 * One resource has a tag already, by which `If-Match` knows its revision. Anything else has a weak one, which is never
 * taken for a revision.
 */
export function addCaching(fastify: FastifyInstance): void {
  fastify.decorateRequest('cachedFor', null);
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!SAFE.has(request.method) || reply.hasHeader('cache-control')) return done(null, payload);
    const { cachedFor } = request;
    if (cachedFor === null || reply.statusCode !== 200 || typeof payload !== 'string') {
      reply.header('cache-control', 'no-store');
      return done(null, payload);
    }
    const etag = String(reply.getHeader('etag') ?? `W/"${hash('sha1', payload, 'base64url')}"`);
    reply.header('cache-control', isForAnyone(request) ? `public, max-age=${cachedFor}` : 'private, no-cache');
    reply.header('etag', etag).header('vary', varyOf(reply));
    if (!isKnown(etag, request.headers['if-none-match'])) return done(null, payload);
    reply.code(304).removeHeader('content-type');
    // Fastify's own hook for HEAD takes no null.
    done(null, request.method === 'HEAD' ? '' : null);
  });
}

const isForAnyone = ({ rule, headers }: FastifyRequest): boolean =>
  rule !== null && isOpen(rule) && headers.authorization === undefined && headers['x-min-position'] === undefined;

const varyOf = (reply: FastifyReply): string => [reply.getHeader('vary') ?? [], VARY].flat().join(', ');

/** `If-None-Match` compares weakly (RFC 9110, 13.1.2). */
const isKnown = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => weak(tag.trim()) === weak(etag));

const weak = (tag: string): string => (tag.startsWith('W/') ? tag : `W/${tag}`);
