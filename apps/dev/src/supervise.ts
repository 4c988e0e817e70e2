import { join } from 'node:path';
import { keepSecrets, passableFolder } from '@yoyaku/embedded';
import { createDemo, DEMO, type DemoCredentials } from './demo';
import { Log } from './log';
import { RunFolder } from './run-folder';
import { apiPorts, type Environment, originOf, readEnvironment, readSettings, type Settings } from './settings';
import { SERVERS, Stack } from './stack';
import type { Adapt } from './supervised';

/** Runs an installation until a signal ends it, then ends this process. `adapt` may change each program that starts. */
export function supervise(adapt: Adapt = (program) => program): void {
  // The reader of our output may go away. The installation keeps running.
  process.stdout.on('error', () => undefined);
  superviseFolder(adapt).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(1);
    },
  );
}

async function superviseFolder(adapt: Adapt): Promise<void> {
  const environment = readEnvironment(process.cwd());
  const settings = readSettings(environment);
  const run = new RunFolder(join(passableFolder(settings.dataDir), 'run'));
  run.claim();
  try {
    await runUntil(untilInterrupted(), settings, environment, run, adapt);
  } finally {
    run.release();
  }
}

async function runUntil(
  interruption: Promise<NodeJS.Signals>,
  settings: Settings,
  environment: Environment,
  run: RunFolder,
  adapt: Adapt,
): Promise<void> {
  const log = new Log(join(settings.dataDir, 'logs'));
  const orphans = await run.stopOrphans(SERVERS);
  if (orphans.length > 0) log.say(`stopped processes that an earlier run had left: ${orphans.join(', ')}`);
  const { ESDB_URL, EVENTSTORE_URL } = environment;
  if (EVENTSTORE_URL && !ESDB_URL) log.say('EVENTSTORE_URL is the older name of ESDB_URL; rename it');
  const { secrets, isNew } = keepSecrets(settings.dataDir);
  const adminPassword = settings.adminPassword ?? secrets.adminPassword;
  const outboxKey = encodeURIComponent(settings.outboxKey ?? secrets.outboxKey);
  const ports = await apiPorts(settings);
  const origin = originOf(settings, ports[0]);
  const stack = new Stack(settings, ports, environment, secrets, run, log, adapt);

  const start = async () => {
    await stack.start();
    const credentials = { adminEmail: settings.adminEmail, adminPassword, ownerPassword: secrets.demoPassword };
    const demo = settings.demo && (await makeDemo(origin, credentials, settings.dataDir, log));
    log.say(`ready after ${process.uptime().toFixed(1)} s`);
    log.say(`API      ${origin}/api/v1`);
    log.say(`Docs     ${origin}/docs`);
    log.say(`Health   ${origin}/health`);
    log.say(`Outbox   ${origin}/outbox?key=${outboxKey}`);
    if (demo) log.say(`Demo     ${origin}/api/v1/businesses/slug/${DEMO.slug} (owner ${DEMO.ownerEmail})`);
    log.say(`Admin    ${settings.adminEmail}`);
    if (isNew && !settings.adminPassword) log.say(`Password ${adminPassword} (shown once; kept in secrets.json)`);
  };
  try {
    await Promise.race([start(), interruption]);
    log.say(`stopping: ${await interruption}`);
  } finally {
    await stack.stop();
  }
  log.say('stopped');
}

/** Makes the demo business. Returns whether there is one; the installation also runs without it. */
async function makeDemo(origin: string, credentials: DemoCredentials, dataDir: string, log: Log): Promise<boolean> {
  try {
    await createDemo(origin, credentials, dataDir);
    return true;
  } catch (error) {
    log.say(`the demo business could not be made: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Resolves with the name of the signal that asks this process to end. */
const untilInterrupted = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });
