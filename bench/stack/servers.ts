import { join } from 'node:path';
import { eventNode, freePort, launch, postgres, type Resources, type RunningServer } from '@yoyaku/embedded';
import { Pool } from 'pg';

/** A PostgreSQL with `fsync` on and the settings it has in the product. */
export async function startPostgres(resources: Resources): Promise<RunningServer> {
  const dataDir = join(resources.dir, 'postgres');
  return resources.use(await launch(await postgres({ dataDir, port: await freePort(), password: 'bench' })));
}

/** A durable event-node as a process of its own. */
export async function startEventNode(resources: Resources): Promise<RunningServer> {
  const dataDir = join(resources.dir, 'event-node');
  return resources.use(await launch(eventNode({ dataDir, port: await freePort() })));
}

/** Connections that take it calmly when their server is stopped at the end of a run. */
export function openPool(resources: Resources, connectionString: string, max: number): Pool {
  const pool = new Pool({ connectionString, max });
  pool.on('error', () => {});
  resources.defer(() => pool.end());
  return pool;
}
