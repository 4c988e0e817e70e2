import { NestFactory } from '@nestjs/core';
import { type Config, NestLogger } from '@yoyaku/composition';
import { type JobHandler, JobWorkers } from '@yoyaku/reacting';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { type Duty, keepDoing, type Rhythm } from './duty';
import { DUTIES, JOB_HANDLERS, ReactorModule } from './reactor.module';

/** After the grace period a request has long been answered, or has failed. */
const USUAL: Rhythm = { graceMs: 30_000 };

export interface ReactorProcess {
  /** Finishes the work in progress, then closes all connections. */
  stop(): Promise<void>;
}

/** Does the jobs that events lead to, and the work that becomes due with time. Any number of reactors may run at once. */
export async function startReactor(config: Config, logger: Logger, rhythm: Rhythm = USUAL): Promise<ReactorProcess> {
  const app = await NestFactory.createApplicationContext(ReactorModule.forRoot(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  if (config.environment === 'production' && config.sending.provider === 'outbox')
    logger.warn({}, 'E-mails go to nobody, codes and resets among them: EMAIL_PROVIDER is not set');
  const stopping = new AbortController();
  const running = DUTIES.map((duty) => keepDoing(app.get<Duty>(duty), rhythm, logger, stopping.signal));
  const jobs = new JobWorkers({
    databaseUrl: config.databaseUrl,
    pool: app.get(Pool),
    handlers: JOB_HANDLERS.map((handler) => app.get<JobHandler>(handler)),
    log: logger,
    everyMs: rhythm.everyMs,
  });
  await jobs.start();
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([...running, jobs.stop()]);
      await app.close();
    },
  };
}
