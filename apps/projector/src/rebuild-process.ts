import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Uuid } from '@yoyaku/kernel';

/** Heap limits of a rebuild, enough for any size of store. With less, it takes about a fifth more processor time. */
const HEAP = ['--max-old-space-size=384', '--max-semi-space-size=64'];
/** Live read models and queries get the processor first. */
const NICENESS = 10;

/**
 * Runs a rebuild in its own process, which shares neither memory nor event loop with the live read models. Throws when
 * the process ends before the rebuild is finished; the rebuild can then be continued.
 */
export async function rebuildInChild(id: Uuid, signal: AbortSignal): Promise<void> {
  const child = fork(join(__dirname, 'rebuild-main.js'), [id], { execArgv: HEAP });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    if (child.pid) setPriority(child.pid, NICENESS);
    const [code, killedBy] = await once(child, 'exit');
    if (code !== 0 && !signal.aborted) throw new Error(`The process that rebuilt has ended: ${killedBy ?? code}`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
