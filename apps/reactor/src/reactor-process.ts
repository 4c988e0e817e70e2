import { NestFactory } from '@nestjs/core';
import type { Config } from '@yoyaku/composition';
import { migrate } from '@yoyaku/postgres';
import type { Logger } from 'pino';
import { keepDoing, type Rhythm } from './duty';
import { PendingExpiry } from './pending-expiry';
import { ReactorModule } from './reactor.module';
import { Reaper } from './reaper';

/** A request has its answer long before this, or never. */
const USUAL: Rhythm = { everyMs: 1_000, graceMs: 30_000 };

export interface ReactorProcess {
  /** Ends what is in hand, then lets go of everything. */
  stop(): Promise<void>;
}

/** Does what falls due with time. Any number of reactors may run at once. */
export async function startReactor(config: Config, logger: Logger, rhythm: Rhythm = USUAL): Promise<ReactorProcess> {
  await migrate(config.databaseUrl);
  const app = await NestFactory.createApplicationContext(ReactorModule.forRoot(config), { logger: ['error', 'warn'] });
  const stopping = new AbortController();
  const duties = [app.get(Reaper), app.get(PendingExpiry)];
  const running = duties.map((duty) => keepDoing(duty, rhythm, logger, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await app.close();
    },
  };
}
