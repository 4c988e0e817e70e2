import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Answer } from '../http/conventions';
import { Problem } from '../http/conventions/problems/problem';
import { sendProblem } from '../http/conventions/problems/problem.filter';
import { SocketAnswer } from '../http/conventions/queries/socket-answer';
import { openSocket } from './web-sockets';

/** Fastify as Nest uses it, but for answers that carry their own status and headers, and for what no route takes. */
export class ApiAdapter extends FastifyAdapter {
  override reply(response: FastifyReply, body: unknown, statusCode?: number) {
    if (body instanceof SocketAnswer) return openSocket(response, body);
    if (!(body instanceof Answer)) return super.reply(response, body, statusCode);
    response.status(body.status).headers(body.headers);
    return response.send(body.body);
  }

  override setErrorHandler() {
    return this.getInstance<FastifyInstance>().setErrorHandler(sendProblem);
  }

  override setNotFoundHandler() {
    const fastify = this.getInstance<FastifyInstance>();
    return fastify.setNotFoundHandler((request, reply) => sendProblem(this.refusal(fastify, request), request, reply));
  }

  private refusal(fastify: FastifyInstance, { url, method }: FastifyRequest): Problem {
    const path = url.split('?', 1)[0] as string;
    const allowed = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (other) => other !== method && fastify.findRoute({ url: path, method: other }),
    );
    if (allowed.length === 0) return new Problem(404, 'request.no_such_route');
    return new Problem(405, 'request.method_not_allowed', { headers: { allow: allowed.join(', ') } });
  }
}
