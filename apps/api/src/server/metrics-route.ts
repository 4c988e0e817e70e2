import { type Config, metricsRefusal } from '@yoyaku/composition';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../http/conventions/problems/problem';
import { ofStatus, sendProblem } from '../http/conventions/problems/problem.filter';
import type { Metrics } from './metrics';

/**
 * `GET /metrics`, for Prometheus. It stands outside Nest and the API's description: its bearer token is that of the
 * installation, no user's, and without one configured there is no such route.
 */
export function serveMetrics(fastify: FastifyInstance, { registry }: Metrics, config: Config): void {
  fastify.get('/metrics', async (request, reply) => {
    const refusal = metricsRefusal(config, request.headers.authorization);
    if (refusal === 404) return sendProblem(ofStatus(404), request, reply);
    if (refusal === 401) return sendProblem(new Problem(401, 'auth.token_invalid'), request, reply);
    reply.type(registry.contentType);
    return registry.metrics();
  });
}
