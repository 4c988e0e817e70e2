import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { watchEventLoop } from './watchdog';

const INTERVAL = 100;
const MISSED = 5;

/** The thread does nothing else for so long, as in a handler that does not end. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a process is killed when its event loop stands still, and not while it turns', async () => {
  // Somebody to kill instead of the process that runs this spec.
  const victim = spawn('sleep', ['60']);
  const ended = once(victim, 'exit');
  const end = watchEventLoop({ pid: victim.pid, interval: INTERVAL, missed: MISSED });
  for (let turn = 0; turn < 2 * MISSED; turn++) await delay(INTERVAL);
  expect(victim.exitCode ?? victim.signalCode).toBeNull();
  standStill(3 * MISSED * INTERVAL);
  expect(await ended).toEqual([null, 'SIGKILL']);
  await end();
});
