import { aggregates, createLogger, projectionsAndReactions, runProcess } from '@yoyaku/composition';
import { serveHealth } from './health-server';
import { startProjector } from './projector-process';
import { rebuildInChild } from './rebuild-process';
import { watchEventLoop } from './watchdog';

runProcess({
  app: 'projector',
  portSetting: 'HEALTH_PORT',
  loggerOf: (config) => createLogger({ app: 'projector' }, config),
  start: async (config, logger) => {
    const onUnfit = (reason: Error) => {
      logger.fatal({ err: reason }, 'cannot go on; the process ends and must be started again');
      process.exit(1);
    };
    watchEventLoop();
    const options = {
      ...config,
      aggregates,
      projections: projectionsAndReactions,
      logger,
      rebuild: rebuildInChild,
      onUnfit,
    };
    const projector = await startProjector(options);
    if (config.healthPort !== null) await serveHealth(projector, config, config.healthPort);
    return projector;
  },
});
