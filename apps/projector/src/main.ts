import { aggregates, createLogger, projections, readConfig } from '@yoyaku/composition';
import { serveHealth } from './health-server';
import { startProjector } from './projector-process';
import { rebuildInChild } from './rebuild-process';

/** Below the ten seconds after which a supervisor kills. */
const DRAIN_MS = 9_000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger({ app: 'projector' }, config);
  const onUnfit = (reason: Error) => {
    logger.fatal({ err: reason }, 'cannot go on; the process ends, to be started again');
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

main().catch((err: unknown) => {
  createLogger({ app: 'projector' }, { logLevel: 'info' }).fatal({ err }, 'cannot start');
  process.exit(1);
});
