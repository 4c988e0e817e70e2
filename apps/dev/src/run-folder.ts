import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { processInfo } from '@yoyaku/embedded';

const SUPERVISOR = 'supervisor';
const ENVIRONMENT = 'environment';
const INSTALLATION = [
  'DATABASE_URL',
  'ESDB_URL',
  'ESDB_PREFIX',
  'NATS_URL',
  'JETSTREAM_STREAM',
  'PARTITIONS',
  'APP_SECRET',
  'PII_MASTER_KEY',
  'PII_MASTER_KEYS_OLD',
];
const gracePeriodMs = 6_000;
const pollMs = 25;

/** `<DATA_DIR>/run`: the processes of this data directory. It is still known after their supervisor has died. */
export class RunFolder {
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  /** Makes this process the only supervisor of the folder. Throws when another one is running. */
  claim(): void {
    const other = this.read(SUPERVISOR);
    if (other && other !== process.pid) {
      throw new Error(`already running on this DATA_DIR as process ${other}; stop it first`);
    }
    this.write(SUPERVISOR, process.pid);
  }

  release(): void {
    rmSync(join(this.path, ENVIRONMENT), { force: true });
    this.remove(SUPERVISOR);
  }

  write(name: string, pid: number): void {
    writeFileSync(join(this.path, `${name}.start`), processInfo(pid)?.identity ?? '');
    writeFileSync(join(this.path, `${name}.pid`), `${pid}\n`);
  }

  remove(name: string): void {
    rmSync(join(this.path, `${name}.pid`), { force: true });
    rmSync(join(this.path, `${name}.start`), { force: true });
  }

  /**
   * Writes the addresses of the servers and the secrets for the command line, into a file that only its owner can read.
   */
  keepEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
    const lines = INSTALLATION.flatMap((name) => (environment[name] ? [`${name}=${environment[name]}`] : []));
    writeFileSync(join(this.path, ENVIRONMENT), `${lines.join('\n')}\n`, { mode: 0o600 });
  }

  /** Stops what a killed supervisor left running: first the processes, then the servers that they use. */
  async stopOrphans(servers: readonly string[]): Promise<string[]> {
    const names = readdirSync(this.path)
      .filter((file) => file.endsWith('.pid'))
      .map((file) => file.slice(0, -'.pid'.length))
      .filter((name) => name !== SUPERVISOR);
    const orphans = names.filter((name) => this.read(name) !== undefined);
    const stop = (areServers: boolean) =>
      Promise.all(names.filter((name) => servers.includes(name) === areServers).map((name) => this.stop(name)));
    await stop(false);
    await stop(true);
    return orphans;
  }

  private async stop(name: string): Promise<void> {
    const pid = this.read(name);
    if (pid) await endProcess(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    this.remove(name);
  }

  /** The pid of a named process, if that process (not a later one with the same pid) is still running. */
  private read(name: string): number | undefined {
    try {
      const pid = Number(readFileSync(join(this.path, `${name}.pid`), 'utf8'));
      return processInfo(pid)?.identity === readFileSync(join(this.path, `${name}.start`), 'utf8') ? pid : undefined;
    } catch {
      return undefined;
    }
  }
}

async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  const identity = processInfo(pid)?.identity;
  const isAlive = () => identity !== undefined && processInfo(pid)?.identity === identity;
  const deadline = performance.now() + gracePeriodMs;
  if (isAlive()) process.kill(pid, signal);
  while (isAlive() && performance.now() < deadline) await wait(pollMs);
  if (isAlive()) process.kill(pid, 'SIGKILL');
  while (isAlive()) await wait(pollMs);
}
