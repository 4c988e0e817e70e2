import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../http/conventions/problems/problem';
import { ofStatus, PROBLEM_TYPE, problemText } from '../http/conventions/problems/problem.filter';

const STATUS_OF: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Answers what Node cannot read as HTTP, and closes: nobody knows where the next request would begin. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const problem = ofStatus(STATUS_OF[error.code ?? ''] ?? 400);
    const body = problemText(problem, { url: '/', headers: {} });
    const head = [
      `HTTP/1.1 ${problem.status} ${problem.title}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

/** What Node would otherwise answer by itself, without a body: an `Expect` that nobody knows, a request to no host. */
export function answerForNode(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const problem = ofStatus(417);
    const { url = '/', headers } = request;
    response.writeHead(problem.status, { 'content-type': PROBLEM_TYPE, connection: 'close' });
    response.end(problemText(problem, { url, headers }));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    const hasNoHost = request.raw.httpVersion === '1.1' && request.headers.host === undefined;
    done(hasNoHost ? new Problem(400, 'request.malformed') : undefined);
  });
}

/** `OPTIONS` that is no question of a browser's about another origin is a method like others, and no route has it. */
export function refuseBareOptions(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (request.method === 'OPTIONS' && !(origin && method)) reply.callNotFound();
    else done();
  });
}
