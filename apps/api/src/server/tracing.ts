import { failSpan, type Span, SpanKind, startSpan, withSpan } from '@yoyaku/tracing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** Until its answer has gone out. */
    span: Span | null;
  }
}

/** What asks for these comes every few seconds, and its traces would bury all others. */
const NOT_TRACED = /\/(health|metrics)(\/|$)/;

/**
 * A span for each request, in the trace that the client names by `traceparent`, if that is one; whether it is recorded is
 * decided here. It tells the route, not the path, in which there may be something personal.
 */
export function addTracing(fastify: FastifyInstance): void {
  fastify.decorateRequest('span', null);

  fastify.addHook('onRequest', (request, reply, done) => {
    const { method, headers, protocol } = request;
    const route = request.routeOptions.url;
    if (route !== undefined && NOT_TRACED.test(route)) return done();
    request.span = startSpan({
      name: route === undefined ? method : `${method} ${route}`,
      kind: SpanKind.SERVER,
      traceparent: String(headers.traceparent ?? ''),
      isOfClient: true,
      attributes: {
        'http.request.method': method,
        'http.route': route,
        'url.scheme': protocol,
        'yoyaku.correlation.id': request.id,
      },
    });
    // What was not sent whole never comes to `onResponse`.
    reply.raw.once('close', () => end(request, reply));
    done();
  });

  // Behind this no hook waits for the request's body, whose arrival leads out of the span again.
  fastify.addHook('preValidation', (request, _reply, done) => {
    if (request.span) withSpan(request.span, done);
    else done();
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    end(request, reply);
    done();
  });
}

function end(request: FastifyRequest, { statusCode }: FastifyReply): void {
  const { span, problemCode } = request;
  if (!span) return;
  request.span = null;
  span.setAttribute('http.response.status_code', statusCode);
  if (statusCode >= 500) failSpan(span, { code: problemCode ?? statusCode });
  else if (problemCode) span.setAttribute('yoyaku.problem', problemCode);
  span.end();
}
