import { createServer } from 'node:http';
import { aggregates, type Config, mayReadMetrics, projections, readConfig } from '@yoyaku/composition';
import { exposeProjections } from '@yoyaku/projecting';
import { pino } from 'pino';
import { collectDefaultMetrics, register } from 'prom-client';
import { type ProjectorProcess, startProjector } from './projector-process';
import { rebuildInChild } from './rebuild-process';

/** Below the ten seconds after which a supervisor kills. */
const DRAIN_MS = 9_000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = pino({ level: config.logLevel, base: { app: 'projector' } });
  const onUnfit = (reason: Error) => {
    logger.fatal({ err: reason }, 'cannot go on; a new start says more, or mends it');
    process.exit(1);
  };
  const projector = await startProjector({
    ...config,
    aggregates,
    projections,
    logger,
    rebuild: rebuildInChild,
    onUnfit,
  });
  const healthPort = process.env.HEALTH_PORT;
  if (healthPort) serveHealth(projector, config, Number(healthPort));
  logger.info({}, 'ready');

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await projector.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

/** `/health/live`, `/health/ready` and `/metrics`, for whoever watches the process. */
function serveHealth(projector: ProjectorProcess, config: Config, port: number): void {
  collectDefaultMetrics();
  exposeProjections(register, projector.admin);
  createServer(async ({ url, headers }, response) => {
    try {
      if (url === '/health/live') response.end();
      else if (url === '/metrics' && mayReadMetrics(config, headers.authorization))
        response.end(await register.metrics());
      else if (url === '/health/ready') {
        const checked = await projector.check();
        const status = checked.missing.length > 0 ? 'unavailable' : 'ok';
        response.writeHead(status === 'ok' ? 200 : 503).end(JSON.stringify({ status, ...checked }));
      } else response.writeHead(404).end();
    } catch {
      response.writeHead(503).end();
    }
  }).listen(port);
}

main().catch((err: unknown) => {
  pino({ base: { app: 'projector' } }).fatal({ err }, 'cannot start');
  process.exit(1);
});
