import { startTracing } from '@yoyaku/tracing';
import type { Logger } from 'pino';
import { type Config, readConfig } from './config';
import { isMistake, reasonOf } from './logging/trouble';

/** Less than the ten seconds after which a supervisor kills the process. */
const DRAIN_MS = 9_000;

export interface ProcessOptions {
  /** What it is called in traces, after `yoyaku-`. */
  readonly app: string;
  /** The variable that names the port at which the process listens. */
  readonly portSetting?: string;
  readonly loggerOf: (config: Pick<Config, 'logLevel'>) => Logger;
  /** Resolves once the process does its work. */
  readonly start: (config: Config, logger: Logger) => Promise<Running>;
}

interface Running {
  /** Finishes the work in progress, then closes all connections. */
  stop(): Promise<unknown>;
}

/** Runs a process until a signal ends it. If it cannot start, one line of the log says why. */
export function runProcess({ app, portSetting, loggerOf, start }: ProcessOptions): void {
  const run = async (): Promise<void> => {
    const config = readConfig();
    const tracing = startTracing(config.tracing, `yoyaku-${app}`, (reason) =>
      logger.warn({ reason }, 'traces are not recorded as they should be'),
    );
    const logger = loggerOf(config);
    const running = await start(config, logger);
    logger.info({}, 'ready');
    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      logger.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), DRAIN_MS).unref();
      try {
        await running.stop();
        await tracing.stop();
        process.exit(0);
      } catch (err) {
        logger.fatal({ err }, 'stopped badly');
        process.exit(1);
      }
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
  };
  run().catch((err: unknown) => {
    loggerOf({ logLevel: 'info' }).fatal(isMistake(err) ? { err } : {}, `cannot start: ${reasonOf(err, portSetting)}`);
    process.exit(1);
  });
}
