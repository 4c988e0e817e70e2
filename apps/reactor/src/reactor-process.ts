import { NestFactory } from '@nestjs/core';
import { type Config, NestLogger } from '@yoyaku/composition';
import type { Logger } from 'pino';
import { type Duty, keepDoing, type Rhythm } from './duty';
import { DUTIES, ReactorModule } from './reactor.module';

/** A request has its answer long before this, or never. */
const USUAL: Rhythm = { everyMs: 1_000, graceMs: 30_000 };

export interface ReactorProcess {
  /** Ends what is in hand, then lets go of everything. */
  stop(): Promise<void>;
}

/** Does what falls due with time. Any number of reactors may run at once. */
export async function startReactor(config: Config, logger: Logger, rhythm: Rhythm = USUAL): Promise<ReactorProcess> {
  const app = await NestFactory.createApplicationContext(ReactorModule.forRoot(config), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const stopping = new AbortController();
  const running = DUTIES.map((duty) => keepDoing(app.get<Duty>(duty), rhythm, logger, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await app.close();
    },
  };
}
