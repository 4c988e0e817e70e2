import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort, untilExit } from '@yoyaku/embedded';
import { type SmokeTarget, walkThrough } from './smoke-walk';

/** Starts a whole installation in a temporary folder, uses it as a stranger would, and says how many steps worked. */
async function smoke(): Promise<{ passed: number; failed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'yoyaku-smoke-'));
  const dataDir = join(folder, 'data');
  const port = await freePort();
  const target: SmokeTarget = {
    origin: `http://127.0.0.1:${port}`,
    adminEmail: 'admin@example.com',
    adminPassword: randomBytes(12).toString('base64url'),
  };
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    PORT: `${port}`,
    HOST: '127.0.0.1',
    ADMIN_EMAIL: target.adminEmail,
    ADMIN_PASSWORD: target.adminPassword,
  };
  const count = { passed: 0, failed: 0 };
  const step = async <Result>(name: string, run: () => Promise<Result>): Promise<Result> => {
    try {
      const result = await run();
      count.passed += 1;
      console.log(`ok      ${name}`);
      return result;
    } catch (error) {
      count.failed += 1;
      console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  };

  let installation: ChildProcess | undefined;
  try {
    installation = await step('start from nothing', () => start(env));
    const readBack = await walkThrough(target, step);
    await step('stop', () => stop(installation, dataDir));
    installation = await step('start again', () => start(env));
    await step('read the booking back after the restart', readBack);
    await step('stop again', () => stop(installation, dataDir));
  } catch {
    installation?.kill('SIGTERM');
  }
  if (installation) await untilExit(installation);
  rmSync(folder, { recursive: true, force: true });
  return count;
}

/** Resolves once the installation says that it is ready; its log is shown when it ends before. */
function start(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(__dirname, 'main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('ready after')) resolve(child);
    });
    child.once('exit', () => reject(new Error(`ended before it was ready\n${lines.join('\n')}`)));
  });
}

async function stop(installation: ChildProcess | undefined, dataDir: string): Promise<void> {
  if (!installation) throw new Error('not running');
  const began = performance.now();
  installation.kill('SIGTERM');
  await untilExit(installation);
  const seconds = (performance.now() - began) / 1_000;
  const left = readdirSync(join(dataDir, 'run'));
  if (installation.exitCode !== 0) throw new Error(`exit code ${installation.exitCode ?? installation.signalCode}`);
  if (seconds > 10) throw new Error(`took ${seconds.toFixed(1)} s`);
  if (left.length > 0) throw new Error(`left ${left.join(', ')}`);
}

smoke().then(({ passed, failed }) => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
});
