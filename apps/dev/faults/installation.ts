import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { processInfo, untilExit } from '@yoyaku/embedded';
import { parse } from 'dotenv';
import { Disturbances } from './disturbances';
import { processTree } from './process-tree';
import { STAGING_FILE, type Staging, writeStaging } from './staging';

export const PROCESSES = ['api', 'api-2', 'projector', 'reactor', 'event-node', 'nats', 'postgres'] as const;
/** In the order of their ports. */
export const APIS = ['api', 'api-2'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Servers with a port that can be kept from them, and the variable that tells it. */
export const URL_OF = { postgres: 'DATABASE_URL', nats: 'NATS_URL', 'event-node': 'ESDB_URL' } as const;
export type Server = keyof typeof URL_OF;

export interface Strike {
  /** From the signal to the end of the process, ms. */
  readonly goneAfter: number;
  /** From the signal until the supervisor says that it is back, ms. */
  readonly backAfter: number;
}

/** How events come to the projector, as it says in its log. */
interface ReadingPath {
  readonly name: string;
  /** `performance.now()` */
  readonly since: number;
}

/** Staged as if it were a process. */
export const COMMAND_LINE = 'cli';

const RECOVERS_WITHIN_MS = 40_000;
const POLL_MS = 10;
const STEADY_MS = 2_000;

/** A whole installation under a supervisor of its own, as `npm start` runs it, with ways to hurt it. */
export class Installation {
  private supervisor: ChildProcess | undefined;
  private readonly log: WriteStream;
  private readonly listeners = new Set<(line: string) => void>();
  private path: ReadingPath = { name: 'unknown', since: 0 };
  /** Of processes that were ended or stood still. */
  readonly disturbances = new Disturbances();
  /** What could not be done to it, for want of a server of its own. */
  readonly leftOut = new Set<string>();
  /** Which of the newer builds its processes are of; 0: the one that is built. */
  build = 0;
  private staging: Staging = {};
  private readonly endOfAbsence = new Map<string, () => void>();

  constructor(
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.log = createWriteStream(join(folder, 'supervisor.log'), { flags: 'a' });
    this.stage({});
  }

  private get stagingFile(): string {
    return join(this.folder, 'staging.json');
  }

  /** How these processes are started from now on, besides what they were told before. */
  stage(changes: Staging): void {
    const changed = Object.entries(changes).map(
      ([name, stage]) => [name, { ...this.staging[name], ...stage }] as const,
    );
    this.staging = { ...this.staging, ...Object.fromEntries(changed) };
    writeStaging(this.stagingFile, this.staging);
  }

  /** What the command line of this installation is to be started with. */
  get ofCommandLine(): Readonly<Record<string, string>> {
    return { DATA_DIR: this.dataDir, ...this.staging[COMMAND_LINE]?.environment };
  }

  static readonly dataDirIn = (folder: string): string => join(folder, 'data');

  get dataDir(): string {
    return Installation.dataDirIn(this.folder);
  }

  /** Resolves, with the milliseconds it took, once it says that it is ready; rejects when it ends before. */
  async start(): Promise<number> {
    const began = performance.now();
    const main = join(__dirname, 'supervisor.js');
    const env = { ...process.env, ...this.env, DATA_DIR: this.dataDir, [STAGING_FILE]: this.stagingFile };
    const child = spawn(process.execPath, [main], { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.supervisor = child;
    for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on('line', this.hear);
    const ended = untilExit(child).then(() => Promise.reject(new Error(`ended; see ${this.folder}/supervisor.log`)));
    ended.catch(() => undefined);
    await Promise.race([this.said(' ready after ', 60_000), ended]);
    for (const end of this.endOfAbsence.values()) end();
    return performance.now() - began;
  }

  /** Where the servers are, and the installation's secrets. */
  get environment(): Readonly<Record<string, string>> {
    return parse(readFileSync(join(this.dataDir, 'run', 'environment')));
  }

  /** Whether events have come over NATS for so long that they seem to go on doing so. */
  get usesNats(): boolean {
    return this.path.name === 'nats' && performance.now() - this.path.since > STEADY_MS;
  }

  /** Whether it uses one that stood before: that is not ours to end, to freeze or to move. */
  isGiven(name: ProcessName): boolean {
    const urls: Readonly<Partial<Record<ProcessName, string>>> = URL_OF;
    return Boolean(this.env[urls[name] ?? '']);
  }

  /** Those of these processes that are its own. What is thereby not done to the others is told in the end. */
  own(names: readonly ProcessName[], toBeDone: string): ProcessName[] {
    for (const name of names) if (this.isGiven(name)) this.leftOut.add(`${toBeDone} of ${name}`);
    return names.filter((name) => !this.isGiven(name));
  }

  pid(name: ProcessName): number {
    return Number(readFileSync(join(this.dataDir, 'run', `${name}.pid`), 'utf8'));
  }

  /** Sends a signal that ends the process, and waits until it has been started again. */
  async strike(name: ProcessName, signal: NodeJS.Signals = 'SIGKILL'): Promise<Strike> {
    const began = performance.now();
    const { back } = await this.kill(name, signal);
    const goneAfter = performance.now() - began;
    await back;
    return { goneAfter, backAfter: performance.now() - began };
  }

  /** Ends the process; `back` resolves when the supervisor has started it again. */
  async kill(name: ProcessName, signal: NodeJS.Signals = 'SIGKILL'): Promise<{ readonly back: Promise<void> }> {
    const back = this.said(` ${name} is back`);
    back.catch(() => undefined);
    await this.end(name, signal);
    return { back };
  }

  /** Kills a server and keeps its port, so that it cannot be started again until the function returned is called. */
  async takeAway(name: Server): Promise<() => Promise<void>> {
    const { port } = new URL(this.environment[URL_OF[name]] ?? '');
    await this.end(name, 'SIGKILL');
    const squatter = createServer((socket) => socket.destroy());
    await eventually(() => {
      squatter.listen(Number(port), '127.0.0.1');
      return new Promise((resolve, reject) => squatter.once('listening', resolve).once('error', reject));
    });
    return async () => {
      const back = this.said(` ${name} is back`);
      squatter.close();
      await back;
    };
  }

  /** The process, and what it has started, stand still until the function returned is called. */
  freeze(name: ProcessName): () => void {
    const end = this.disturbances.begin(name);
    const pids = processTree(this.pid(name));
    for (const pid of pids) send(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) send(pid, 'SIGCONT');
      end();
    };
  }

  /** Ends the supervisor at once, and leaves all that it had started to itself. */
  async killSupervisor(): Promise<void> {
    for (const name of PROCESSES) if (!this.isGiven(name)) this.beginAbsence(name);
    this.supervisor?.kill('SIGKILL');
    if (this.supervisor) await untilExit(this.supervisor);
  }

  /** As Ctrl-C does. */
  async stop(): Promise<void> {
    this.supervisor?.kill('SIGTERM');
    if (this.supervisor) await untilExit(this.supervisor);
    this.log.end();
  }

  private async end(name: ProcessName, signal: NodeJS.Signals): Promise<void> {
    const pid = this.pid(name);
    const identity = processInfo(pid)?.identity;
    this.beginAbsence(name);
    process.kill(pid, signal);
    while (identity !== undefined && processInfo(pid)?.identity === identity) await wait(POLL_MS);
  }

  private beginAbsence(name: string): void {
    this.endOfAbsence.get(name)?.();
    this.endOfAbsence.set(name, this.disturbances.begin(name));
  }

  private readonly hear = (line: string): void => {
    this.log.write(`${line}\n`);
    const [, name] = / projector .* path=(\w+)/.exec(line) ?? [];
    if (name) this.path = { name, since: performance.now() };
    const [, back = ''] = / (\S+) is back/.exec(line) ?? [];
    this.endOfAbsence.get(back)?.();
    for (const listener of this.listeners) listener(line);
  };

  private said(text: string, withinMs = RECOVERS_WITHIN_MS): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.listeners.delete(listener);
      };
      const listener = (line: string) => {
        if (!line.includes(text)) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`not «${text.trim()}» within ${withinMs} ms; see ${this.folder}`));
      }, withinMs);
      this.listeners.add(listener);
    });
  }
}

/** Tries again until it succeeds. Rejects as the last attempt did. */
export async function eventually<T>(attempt: () => Promise<T>, withinMs = RECOVERS_WITHIN_MS): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(POLL_MS * 10);
    }
  }
}

/** To a process that may be gone by now. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
