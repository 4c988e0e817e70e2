import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { type ServerSpec, spawnProgram, untilAnswering, untilExit } from '@yoyaku/embedded';
import type { Log } from './log';
import type { RunFolder } from './run-folder';

/** A program to keep running. */
export interface Program extends Omit<ServerSpec, 'url' | 'answers'> {
  /** Whether it logs `"msg":"ready"` when it is ready. */
  readonly saysReady?: boolean;
  /** A further check that it must pass to be ready. */
  readonly answers?: ServerSpec['answers'];
}

/** Changes a program before each start: its environment, for example, or its arguments. */
export type Adapt = (program: Program) => Program;

const attemptsToStart = 5;
const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** A program that is started again whenever it ends, until it is stopped. */
export class Supervised {
  private child: ChildProcess | undefined;
  private running: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly program: Program,
    private readonly run: RunFolder,
    private readonly log: Log,
    private readonly adapt: Adapt = (program) => program,
  ) {}

  /** Resolves once it is ready for the first time; rejects when several attempts in a row have failed. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.running = this.keepRunning(resolve).catch(reject);
    });
  }

  /** Ends it for good. Sends it a signal, and kills it if that takes longer than `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.stopping.abort();
    const child = this.child;
    if (child) {
      child.kill(this.program.stopSignal);
      const killing = setTimeout(() => child.kill('SIGKILL'), patienceMs);
      await untilExit(child);
      clearTimeout(killing);
    }
    await this.running;
  }

  private async keepRunning(onReady: () => void): Promise<void> {
    const { name } = this.program;
    const { signal } = this.stopping;
    let wasReady = false;
    let failures = 0;
    while (!signal.aborted) {
      const child = this.spawn();
      const ready = this.untilReady(child);
      try {
        await ready;
        if (wasReady) this.log.say(`${name} is back`);
        wasReady = true;
        failures = 0;
        onReady();
      } catch (error) {
        failures += 1;
        child.kill('SIGKILL');
        if (!wasReady && failures === attemptsToStart) throw error;
      }
      await untilExit(child);
      this.run.remove(name);
      if (signal.aborted) return;
      this.log.say(`${name} ended (${child.signalCode ?? `exit code ${child.exitCode}`}); starting it again`);
      const pause = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private spawn(): ChildProcess {
    const child = spawnProgram(this.adapt(this.program), true);
    if (child.pid !== undefined) this.run.write(this.program.name, child.pid);
    this.child = child;
    return child;
  }

  private untilReady(child: ChildProcess): Promise<void> {
    const { name, saysReady = false, answers } = this.program;
    let saidReady = !saysReady;
    for (const output of [child.stdout, child.stderr]) {
      if (output) {
        this.log.follow(this.program, output, ({ msg }) => {
          saidReady ||= msg === 'ready';
        });
      }
    }
    return untilAnswering({ name, answers: async () => saidReady && ((await answers?.()) ?? true) }, child);
  }
}
