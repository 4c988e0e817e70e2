import { join } from 'node:path';
import { passableFolder } from '@yoyaku/embedded';
import { createDemo, DEMO } from './demo';
import { Log } from './log';
import { RunFolder } from './run-folder';
import { keepSecrets } from './secrets';
import { apiPorts, type Environment, readEnvironment, readSettings, type Settings } from './settings';
import { SERVERS, Stack } from './stack';

async function main(): Promise<void> {
  const environment = readEnvironment(process.cwd());
  const settings = readSettings(environment);
  const run = new RunFolder(join(passableFolder(settings.dataDir), 'run'));
  run.claim();
  try {
    await runUntil(untilInterrupted(), settings, environment, run);
  } finally {
    run.release();
  }
}

async function runUntil(
  interruption: Promise<NodeJS.Signals>,
  settings: Settings,
  environment: Environment,
  run: RunFolder,
): Promise<void> {
  const log = new Log(join(settings.dataDir, 'logs'));
  const orphans = await run.stopOrphans(SERVERS);
  if (orphans.length > 0) log.say(`stopped what an earlier run had left: ${orphans.join(', ')}`);
  const { secrets, isNew } = keepSecrets(settings.dataDir);
  const adminPassword = settings.adminPassword ?? secrets.adminPassword;
  const ports = await apiPorts(settings);
  const origin = `http://localhost:${ports[0]}`;
  const stack = new Stack(settings, ports, environment, secrets, run, log);

  const start = async () => {
    await stack.start();
    if (settings.demo) {
      const credentials = { adminEmail: settings.adminEmail, adminPassword, ownerPassword: secrets.demoPassword };
      await createDemo(origin, credentials, settings.dataDir).catch((error: Error) =>
        log.say(`the demo business could not be made: ${error.message}`),
      );
    }
    log.say(`ready after ${process.uptime().toFixed(1)} s`);
    log.say(`API      ${origin}/api/v1`);
    log.say(`Docs     ${origin}/docs`);
    log.say(`Health   ${origin}/health`);
    if (settings.demo) log.say(`Demo     ${origin}/api/v1/businesses/slug/${DEMO.slug} (owner ${DEMO.ownerEmail})`);
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

/** Resolves with the name of the signal that asks this process to end. */
const untilInterrupted = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });

// Whoever reads our output may go away; that is no reason to end.
process.stdout.on('error', () => undefined);
main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
