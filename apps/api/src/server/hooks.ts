import { withSpan } from '@yoyaku/tracing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Idempotency, StoredAnswer } from '../http/conventions/commands/idempotency';
import { concerned } from '../http/conventions/request-log';
import type { Metrics } from './metrics';

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem that was answered. */
    problemCode: string | null;
    /** Its answer was counted and logged. */
    isTold: boolean | null;
  }
}

const KEPT_HEADERS = ['content-type', 'etag', 'location', 'x-event-position'];

/** What happens to every request outside Nest: its own fields, correlation, kept answers, metrics and log. */
export function addHooks(fastify: FastifyInstance, idempotency: Idempotency, metrics: Metrics): void {
  for (const field of [
    'principal',
    'claims',
    'claim',
    'claimed',
    'isShownOnce',
    'firstAnswer',
    'commandContext',
    'problemCode',
    'isTold',
    'tenantId',
    'named',
    'rule',
    'scope',
  ]) {
    fastify.decorateRequest(field, null);
  }

  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id);
    // What was not sent whole never comes to `onResponse`.
    reply.raw.once('close', () => tell(request, reply, request.problemCode ?? 'cut_off'));
    done();
  });

  fastify.addHook('onSend', async (request, reply, payload) => {
    const { claim } = request;
    if (!claim) return payload;
    request.claim = null;
    if (!isFinal(reply)) await idempotency.release(claim);
    else if (reply.statusCode === 400 && !claim.repeated) await idempotency.forget(claim);
    else await idempotency.complete(claim, answerOf(reply, toKeep(request, reply, payload))).catch(takeBack(reply));
    return payload;
  });

  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });

  // A connection that is kept alive would keep the server waiting for what nobody will ask.
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    tell(request, reply, request.problemCode ?? 'ok');
    done();
  });

  /** `outcome` is `ok`, `cut_off` (the client did not stay for all of the answer), or the code of a problem. */
  function tell(request: FastifyRequest, reply: FastifyReply, outcome: string): void {
    if (request.isTold) return;
    request.isTold = true;
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(method, route, outcome, reply.elapsedTime / 1000);
    const about = { method, route, status: reply.statusCode, ms: reply.elapsedTime, outcome };
    const log = () => request.log.debug({ ...concerned(request), ...about }, 'answered');
    if (request.span) withSpan(request.span, log);
    else log();
  }
}

/** An answer that asks to come again is not the command's answer. */
const isFinal = (reply: FastifyReply): boolean => reply.statusCode < 500 && !reply.hasHeader('retry-after');

/** What could not be kept is not said; the error says to come again instead. */
const takeBack =
  (reply: FastifyReply) =>
  (error: unknown): never => {
    for (const name of KEPT_HEADERS) reply.removeHeader(name);
    throw error;
  };

/** The text of an answer without the secret in it. */
function toKeep({ isShownOnce }: FastifyRequest, { statusCode }: FastifyReply, payload: unknown): unknown {
  if (!isShownOnce || statusCode !== 201) return payload;
  const { id } = JSON.parse(String(payload)) as { readonly id: string };
  return JSON.stringify({ id });
}

const answerOf = (reply: FastifyReply, payload: unknown): StoredAnswer => ({
  status: reply.statusCode,
  headers: Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  ),
  body: typeof payload === 'string' ? payload : '',
});

const CORRELATION = /^[\w.:-]{1,128}$/;

/** The client's correlation id, if it has the form of one. */
export const correlationOf = (headers: FastifyRequest['headers']): string | undefined => {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && CORRELATION.test(given) ? given : undefined;
};
