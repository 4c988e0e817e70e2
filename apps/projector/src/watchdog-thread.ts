import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Watched } from './watchdog';

const { turns, pid, interval, missed: most } = workerData as Watched;

// Counted in waits of this thread and not by a clock: where the whole process did not run, it did not either.
for (let missed = 0; ; ) {
  missed = Atomics.wait(turns, 0, Atomics.load(turns, 0), interval) === 'timed-out' ? missed + 1 : 0;
  if (missed < most) continue;
  missed = 0;
  try {
    // The main thread writes no more logs.
    const msg = 'The process does not come back to its event loop; it is killed, to be started again';
    writeSync(2, `${JSON.stringify({ level: 60, time: new Date().toISOString(), pid, msg })}\n`);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
}
