import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { Watched } from './watchdog';

const { turns, pid, interval, most } = workerData as Watched;

/** Milliseconds of processor time of the whole process. */
const spent = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

for (let turn = Atomics.load(turns, 0), before = spent(); ; ) {
  Atomics.wait(turns, 0, turn, interval);
  const now = Atomics.load(turns, 0);
  if (now !== turn) [turn, before] = [now, spent()];
  if (spent() - before < most) continue;
  before = spent();
  try {
    // The main thread is busy and cannot write to the log.
    const msg = 'The event loop stands still; the process is killed and must be started again';
    writeSync(2, `${JSON.stringify({ level: 60, time: new Date().toISOString(), pid, msg })}\n`);
  } finally {
    process.kill(pid, 'SIGKILL');
  }
}
