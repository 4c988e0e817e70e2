import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { untilExit } from '@yoyaku/embedded';

/** A program of this folder in a process of its own, so that it shares no event loop with what measures. */
export class ChildProgram<Plan extends object, Result> {
  private readonly child: ChildProcess;

  constructor(name: string) {
    this.child = fork(join(__dirname, `${name}.js`), { serialization: 'advanced' });
  }

  /** One plan at a time. Rejects when the process ends before it answers. */
  async run(plan: Plan): Promise<Result> {
    const answered = new AbortController();
    const { signal } = answered;
    this.child.send(plan);
    try {
      const [result] = await Promise.race([
        once(this.child, 'message', { signal }) as Promise<[Result]>,
        once(this.child, 'exit', { signal }).then(([code]) => {
          throw new Error(`${this.child.spawnfile} ended (${code})`);
        }),
      ]);
      return result;
    } finally {
      answered.abort();
    }
  }

  async stop(): Promise<void> {
    this.child.kill();
    await untilExit(this.child);
  }
}
