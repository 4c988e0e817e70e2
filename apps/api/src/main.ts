import { readConfig } from '@yoyaku/composition';
import { createApi } from './create-api';
import { apiLogger } from './server/logging';

const DRAIN_MS = 9_000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = apiLogger(config);
  const api = await createApi(config, logger);
  await api.listen(config.port, config.host);
  logger.info({ port: config.port }, 'ready');

  /** Answers what was asked, then goes; not waiting for ever for who does not read the answer. */
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    await api.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

main().catch((error: unknown) => {
  apiLogger({ logLevel: 'info' }).fatal({ err: error }, 'cannot start');
  process.exit(1);
});
