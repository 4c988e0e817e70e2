import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findNats } from '@yoyaku/embedded';
import type { Log } from './log';

const run = promisify(execFile);
const timeout = 120_000;

/** Whether there is a nats-server. If not, tries to install one with apt, if we are root. */
export async function haveNats(log: Log): Promise<boolean> {
  if (findNats()) return true;
  if (process.getuid?.() !== 0) return false;
  log.say('nats-server is not installed: installing it with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', 'nats-server'], { env, timeout });
  try {
    await install().catch(async () => {
      await run('apt-get', ['update'], { env, timeout });
      await install();
    });
  } catch (error) {
    log.say(`nats-server could not be installed: ${error instanceof Error ? error.message : String(error)}`);
  }
  return findNats() !== undefined;
}
