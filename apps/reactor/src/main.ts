import { createLogger, readConfig } from '@yoyaku/composition';
import { startReactor } from './reactor-process';

/** Below the ten seconds after which a supervisor kills. */
const DRAIN_MS = 9_000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger({ app: 'reactor' }, config);
  const reactor = await startReactor(config, logger);
  logger.info({}, 'ready');

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await reactor.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

main().catch((err: unknown) => {
  createLogger({ app: 'reactor' }, { logLevel: 'info' }).fatal({ err }, 'cannot start');
  process.exit(1);
});
