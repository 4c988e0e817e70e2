import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Watched } from './watchdog';

const { turns, pid, interval, missed: most } = workerData as Watched;

// Counted in waits of this thread and not by a clock: where the whole process did not run, it did not either.
for (let missed = 0; missed < most; ) {
  missed = Atomics.wait(turns, 0, Atomics.load(turns, 0), interval) === 'timed-out' ? missed + 1 : 0;
}
// The main thread writes no more logs, and takes no other signal.
writeSync(2, `Process ${pid} does not come back to its event loop; it is killed, to be started again\n`);
process.kill(pid, 'SIGKILL');
