import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { untilExit } from './server';

/** A program of ours in a process of its own, so that it shares no event loop with whoever gives it work. */
export class ChildProgram<Plan extends object, Result> {
  private readonly child: ChildProcess;

  /** @param path of the built program, without `.js`; it answers every message with one */
  constructor(path: string) {
    this.child = fork(`${path}.js`, { serialization: 'advanced' });
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
