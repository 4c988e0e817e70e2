import { aggregates, createLogger, projections, readConfig } from '@yoyaku/composition';
import { uuid } from '@yoyaku/kernel';
import { runRebuild } from '@yoyaku/projecting';
import { connect } from './connections';

const logger = createLogger({ app: 'projector', part: 'rebuild' }, { logLevel: process.env.LOG_LEVEL || 'info' });

/** Runs the rebuild with that id to its end, or until it is told to stop or the projector that started it dies. */
async function main(id: string): Promise<void> {
  const config = readConfig();
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, () => stopping.abort());
  const connections = await connect({ ...config, aggregates });
  try {
    await runRebuild({ ...config, ...connections, projections, log: logger }, uuid(id), stopping.signal);
  } finally {
    await connections.close();
  }
}

main(String(process.argv[2])).then(
  () => process.exit(0),
  (err: unknown) => {
    logger.error({ err }, 'The rebuild failed');
    process.exit(1);
  },
);
