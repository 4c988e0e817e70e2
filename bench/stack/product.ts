import { join, resolve } from 'node:path';
import { ensureDatabase, freePort, launch, type RunningServer } from '@yoyaku/embedded';
import { ApiClient } from '../../apps/dev/src/api-client';
import type { Resources } from './servers';

export interface Product {
  readonly origin: string;
  /** The supervisor of all its processes. */
  readonly server: RunningServer;
  readonly databaseUrl: string;
  readonly api: ApiClient;
  readonly admin: ApiClient;
}

const entry = resolve(__dirname, '..', '..', 'apps', 'dev', 'src', 'main.js');
const admin = { email: 'admin@example.com', password: 'a password for benchmarks' };

/** The whole product as `npm start` runs it, without demo data and rate limits, over a PostgreSQL that is there. */
export async function startProduct(resources: Resources, postgres: RunningServer): Promise<Product> {
  const databaseUrl = await ensureDatabase(postgres.url, 'product');
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: 'the product',
    command: process.execPath,
    args: [entry],
    env: {
      DATABASE_URL: databaseUrl,
      DATA_DIR: join(resources.dir, 'product'),
      HOST: '127.0.0.1',
      PORT: `${port}`,
      DEMO: 'false',
      RATE_LIMIT: 'off',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    },
    stopSignal: 'SIGTERM',
    url: origin,
    answers: async () => (await fetch(`${origin}/health/ready`)).ok,
  });
  resources.use(server);
  const api = new ApiClient(origin);
  return { origin, server, databaseUrl, api, admin: await api.signIn(admin.email, admin.password) };
}
