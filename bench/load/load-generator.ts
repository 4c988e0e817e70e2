import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { untilExit } from '@yoyaku/embedded';
import type { LoadPlan, LoadResult } from './http-load';

/** HTTP load from a process of its own, so that it shares no event loop with what measures or is measured. */
export class LoadGenerator {
  private readonly child: ChildProcess = fork(join(__dirname, 'load-process.js'), { serialization: 'advanced' });

  /** One plan at a time. Rejects when the process ends before it answers. */
  async run(plan: LoadPlan): Promise<LoadResult> {
    this.child.send(plan);
    const [result] = await Promise.race([
      once(this.child, 'message') as Promise<[LoadResult]>,
      once(this.child, 'exit').then(([code]) => {
        throw new Error(`The load process ended (${code})`);
      }),
    ]);
    return result;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await untilExit(this.child);
  }
}

/** Throws unless every answer has one of these statuses: figures of errors are no figures. */
export function expectStatuses({ statuses }: LoadResult, ...allowed: readonly number[]): void {
  const counts = countStatuses(statuses);
  const wrong = Object.keys(counts).filter((status) => !allowed.includes(Number(status)));
  if (wrong.length > 0) throw new Error(`Unexpected answers: ${JSON.stringify(counts)}`);
}

export function countStatuses(statuses: Uint16Array): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
