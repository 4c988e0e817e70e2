import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@yoyaku/composition';
import {
  ChildProgram,
  ensureDatabase,
  eventNode,
  freePort,
  keepSecrets,
  launch,
  passableFolder,
  postgres,
  type Resources,
} from '@yoyaku/embedded';
import type { WriterPlan } from './writer-process';

const COMPLETE = 'complete.json';
const DAYS = 300;

export interface HistoryPlan {
  /** The data directory, as `npm start` keeps it. */
  readonly folder: string;
  readonly events: number;
  /** How long a life is that the history consists of; by default 300. */
  readonly days?: number;
  /** The event store that the events go to; absent: the files of the event-node in that folder. */
  readonly eventStore?: { readonly url: string; readonly prefix: string } | undefined;
}

/**
 * Gives a data directory a history of so many events, all of them decided by the real deciders; no read models. A
 * history that was made before is left as it is.
 */
export async function ensureHistory(resources: Resources, plan: HistoryPlan): Promise<void> {
  const { folder, events, days = DAYS } = plan;
  const complete = join(passableFolder(folder), COMPLETE);
  if (existsSync(complete)) {
    const made = JSON.parse(readFileSync(complete, 'utf8')) as { events: number };
    if (made.events !== events) throw new Error(`${folder} holds another history, of ${made.events} events`);
    return;
  }
  const { secrets } = keepSecrets(folder);
  const password = secrets.postgresPassword;
  const start = async (dataDir?: string) => resources.use(await launch(eventNode({ dataDir, port: await freePort() })));
  const database = resources.use(
    await launch(await postgres({ dataDir: join(folder, 'postgres'), port: await freePort(), password })),
  );
  const databaseUrl = await ensureDatabase(database.url, 'yoyaku');
  await migrate(databaseUrl);
  const own = plan.eventStore ? undefined : await start(join(folder, 'event-node'));
  const rehearsal = await start();
  const { url = own?.url, prefix = '' } = plan.eventStore ?? {};
  const environment = {
    DATABASE_URL: databaseUrl,
    ESDB_URL: url ?? '',
    ESDB_PREFIX: prefix,
    APP_SECRET: secrets.appSecret,
    PII_MASTER_KEY: secrets.piiMasterKey,
  };
  const writer = resources.use(new ChildProgram<WriterPlan, unknown>(join(__dirname, 'writer-process')));
  await writer.run({ environment, rehearsalUrl: rehearsal.url, events, days });
  await Promise.all([own?.stop(), rehearsal.stop(), database.stop()]);
  writeFileSync(complete, JSON.stringify({ events }));
}
