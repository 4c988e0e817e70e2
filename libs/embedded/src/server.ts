import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server that can be run as a child process: what to start, and how to tell that it answers. */
export interface ServerSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The user to run as, when it must not be ours. */
  readonly uid?: number;
  readonly gid?: number;
  readonly stopSignal: NodeJS.Signals;
  /** Which lines of its output a person should see. */
  readonly notable?: RegExp;
  /** Where clients find it. */
  readonly url: string;
  /** Whether this server, and not another one at its port, answers now. Rejects or gives false until it does. */
  readonly answers: () => Promise<boolean>;
}

export interface RunningServer {
  readonly process: ChildProcess;
  readonly url: string;
  /** Asks it to stop. Resolves when it has ended. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash would. */
  kill(): Promise<void>;
}

const startTimeoutMs = 60_000;
const pollMs = 15;

type Program = Pick<ServerSpec, 'command' | 'args' | 'env' | 'uid' | 'gid'>;

/** `detached` keeps it out of our process group, where a Ctrl-C of the terminal would reach it too. */
export const spawnProgram = ({ command, args, env, uid, gid }: Program, detached = false): ChildProcess =>
  spawn(command, args, { env: { ...process.env, ...env }, uid, gid, detached, stdio: ['ignore', 'pipe', 'pipe'] });

/** Resolves once the server answers; rejects when its process ends first or a minute passes. */
export async function untilAnswering(
  { name, answers }: Pick<ServerSpec, 'name' | 'answers'>,
  child: ChildProcess,
): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  while (failure === undefined && child.exitCode === null && child.signalCode === null) {
    if (await answers().catch(() => false)) return;
    if (performance.now() > deadline) throw new Error(`${name} does not answer`);
    await wait(pollMs);
  }
  throw new Error(`${name} ended before it answered (${child.signalCode ?? child.exitCode})`, { cause: failure });
}

/** Resolves when the process has ended. */
export const untilExit = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
  });

/** Starts a server and waits until it answers. If it does not, the error holds its last output. */
export async function launch(spec: ServerSpec): Promise<RunningServer> {
  const child = spawnProgram(spec);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-2_000);
    });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await untilExit(child);
  };
  try {
    await untilAnswering(spec, child);
  } catch (error) {
    await end('SIGKILL');
    throw new Error(`${spec.name} did not start: ${output}`, { cause: error });
  }
  return { process: child, url: spec.url, stop: () => end(spec.stopSignal), kill: () => end('SIGKILL') };
}

/**
 * Below those that systems give to outgoing connections and to whoever asks for any port: of these, one that is free now
 * may be taken before a server listens at it, or while it starts again.
 */
const PORTS = { first: 20_000, last: 32_000 };

/** The preferred port of 127.0.0.1 when it is free, else another free one. */
export async function freePort(preferred = anyPort()): Promise<number> {
  let port = preferred;
  for (let tries = 0; tries < 20; tries++) {
    try {
      return await claimPort(port);
    } catch {
      port = anyPort();
    }
  }
  return claimPort(0);
}

const anyPort = (): number => randomInt(PORTS.first, PORTS.last);

/**
 * The port itself, or one of the system's choice for 0. Rejects when it is taken. The port is free again afterwards.
 */
export const claimPort = (port: number, host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(address)));
    });
  });

/** Makes a folder that other users may pass through, not list: PostgreSQL run by root lives there as another user. */
export function passableFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o711 });
  return path;
}
