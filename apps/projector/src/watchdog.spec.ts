import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as turn } from 'node:timers/promises';
import { watchEventLoop } from './watchdog';

const MOST = 500;

/** As in a handler that does not end. */
const spin = (ms: number) => {
  for (const began = performance.now(); performance.now() - began < ms; );
};
/** As a process that was stopped, or is debugged: no processor time is spent. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a process is killed when its event loop spins, and not while it turns or was stopped', async () => {
  // Somebody to kill instead of the process that runs this spec.
  const victim = spawn('sleep', ['60']);
  const ended = once(victim, 'exit');
  const end = watchEventLoop({ pid: victim.pid, interval: 50, most: MOST });
  for (const began = performance.now(); performance.now() - began < 2 * MOST; await turn()) spin(10);
  standStill(2 * MOST);
  await turn();
  expect(victim.exitCode ?? victim.signalCode).toBeNull();
  spin(10 * MOST);
  expect(await ended).toEqual([null, 'SIGKILL']);
  await end();
});
