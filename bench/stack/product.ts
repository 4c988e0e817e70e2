import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ApiClient, signIn } from '@yoyaku/client';
import { ensureDatabase, freePort, launch, type Resources, type RunningServer } from '@yoyaku/embedded';
import { parse } from 'dotenv';

export interface Product {
  readonly origin: string;
  /** The supervisor of all its processes. */
  readonly server: RunningServer;
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  readonly admin: ApiClient;
}

/** A built checkout of the product. */
export interface Build {
  readonly name: string;
  readonly folder: string;
}

const THIS: Build = { name: 'product', folder: resolve(__dirname, '..', '..', '..') };
const against = process.env.BENCH_AGAINST;
/**
 * The one that `BENCH_AGAINST` names by its folder, to be measured too. Only in one run can two builds be told apart, for
 * the machine is another an hour later.
 */
export const OTHER_BUILD: Build | undefined = against ? { name: 'other build', folder: resolve(against) } : undefined;
export const BUILDS: readonly Build[] = OTHER_BUILD ? [THIS, OTHER_BUILD] : [THIS];

const admin = { email: 'admin@example.com', password: 'a password for benchmarks' };

interface ProductOptions {
  /** Absent: the product runs its own, as `npm start` does. */
  readonly postgres?: RunningServer;
  /** Absent: a new one, gone afterwards. */
  readonly dataDir?: string;
  /** Absent: this one. */
  readonly build?: Build;
}

/** The whole product as `npm start` runs it, without demo data and rate limits. */
export async function startProduct(
  resources: Resources,
  { postgres, build = THIS, dataDir = join(resources.dir, build.name) }: ProductOptions,
): Promise<Product> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await launch({
    name: build.name,
    command: process.execPath,
    args: [join(build.folder, 'dist', 'apps', 'dev', 'src', 'main.js')],
    env: {
      ...(postgres && { DATABASE_URL: await ensureDatabase(postgres.url, build === THIS ? 'product' : 'other') }),
      DATA_DIR: dataDir,
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
  const { DATABASE_URL: databaseUrl = '', ESDB_URL: eventStoreUrl = '' } = environmentOf(dataDir);
  return { origin, server, databaseUrl, eventStoreUrl, admin: await signIn(origin, admin) };
}

/** Where an installation that runs on this data directory has its servers, as it keeps it for its command line. */
const environmentOf = (dataDir: string): Partial<Record<string, string>> =>
  parse(readFileSync(join(dataDir, 'run', 'environment')));
