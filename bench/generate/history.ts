import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDatabase, freePort, launch, passableFolder, postgres } from '@yoyaku/embedded';
import { migrate } from '@yoyaku/postgres';
import { keepSecrets } from '../../apps/dev/src/secrets';
import { ChildProgram } from '../load/child-program';
import type { Resources } from '../stack/servers';
import type { WriterPlan } from './writer-process';

const COMPLETE = 'complete.json';
const DAYS = 300;

/**
 * A data directory as `npm start` keeps it, with a history of so many events, all of them decided by the real deciders;
 * no read models. One that was made before is left as it is.
 */
export async function ensureHistory(resources: Resources, folder: string, events: number, days = DAYS): Promise<void> {
  const complete = join(passableFolder(folder), COMPLETE);
  if (existsSync(complete)) {
    const made = JSON.parse(readFileSync(complete, 'utf8')) as { events: number };
    if (made.events !== events) throw new Error(`${folder} holds another history, of ${made.events} events`);
    return;
  }
  const { secrets } = keepSecrets(folder);
  const password = secrets.postgresPassword;
  const server = await launch(await postgres({ dataDir: join(folder, 'postgres'), port: await freePort(), password }));
  resources.use(server);
  const databaseUrl = await ensureDatabase(server.url, 'yoyaku');
  await migrate(databaseUrl);
  const environment = {
    DATABASE_URL: databaseUrl,
    APP_SECRET: secrets.appSecret,
    PII_MASTER_KEY: secrets.piiMasterKey,
  };
  const writer = resources.use(new ChildProgram<WriterPlan, unknown>('../generate/writer-process'));
  await writer.run({ environment, folder: join(folder, 'event-node'), events, days });
  await server.stop();
  writeFileSync(complete, JSON.stringify({ events }));
}
