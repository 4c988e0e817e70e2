import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type Config, countPassedOver, metricsRefusal } from '@yoyaku/composition';
import { exposeProjections } from '@yoyaku/projecting';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ProjectorProcess } from './projector-process';

/** Serves `/health/live`, `/health/ready` and `/metrics` for monitoring. Rejects when the port is taken. */
export async function serveHealth(
  projector: Pick<ProjectorProcess, 'admin' | 'check' | 'passedOver'>,
  config: Pick<Config, 'metricsToken'>,
  port: number,
): Promise<Server> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  exposeProjections(registry, projector.admin);
  countPassedOver(registry, projector.passedOver);
  const server = createServer(async ({ url, headers }, response) => {
    try {
      if (url === '/health/live') response.end();
      else if (url === '/health/ready') {
        const checked = await projector.check();
        const status = checked.missing.length > 0 ? 'unavailable' : 'ok';
        response.writeHead(status === 'ok' ? 200 : 503).end(JSON.stringify({ status, ...checked }));
      } else if (url === '/metrics') {
        const refusal = metricsRefusal(config, headers.authorization);
        if (refusal) response.writeHead(refusal).end();
        else response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
      } else response.writeHead(404).end();
    } catch {
      response.writeHead(503).end();
    }
  }).listen(port);
  await once(server, 'listening');
  return server;
}
