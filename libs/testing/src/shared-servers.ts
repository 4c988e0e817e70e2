import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, launch, nats, postgres, type ServerSpec } from '../../embedded/src';

/**
 * The servers that all test files of a run share: those of TEST_DATABASE_URL and TEST_NATS_URL, or, where these are not
 * set, servers that are started for the run. Each test file has a database and streams of its own there.
 */
export interface SharedServers {
  readonly postgresUrl: string;
  readonly natsUrl: string;
}

/** Where a test process asks for the shared servers; see {@link serveSharedServers}. */
const launcherVariable = 'YOYAKU_TEST_LAUNCHER';

/**
 * Lets the processes of a test run ask for the shared servers over HTTP. They are started in the process of Jest itself
 * at the first question, so a run without such tests pays nothing. Gives a function that ends everything.
 */
export async function serveSharedServers(): Promise<() => Promise<void>> {
  let launched: ReturnType<typeof launchSharedServers> | undefined;
  const launcher = createServer((_request, response) => {
    // A connection that is kept may be closed here just when it is used there again.
    response.setHeader('connection', 'close');
    launched ??= launchSharedServers();
    launched.then(
      ({ postgresUrl, natsUrl }) => response.end(JSON.stringify({ postgresUrl, natsUrl })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  process.env[launcherVariable] = await listen(launcher);
  return async () => {
    launcher.closeAllConnections();
    launcher.close();
    await (await launched?.catch(() => undefined))?.stop();
  };
}

/** Asks for the shared servers from a test. Throws, with the reason, when they cannot be started. */
export async function askForSharedServers(): Promise<SharedServers> {
  const launcher = process.env[launcherVariable];
  if (!launcher) throw new Error('No test servers: Jest must run with the globalSetup of @yoyaku/testing');
  const response = await fetch(launcher);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedServers;
}

async function launchSharedServers(): Promise<SharedServers & { stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'yoyaku-test-'));
  chmodSync(folder, 0o711);
  const guardian = guard(folder);
  const launched = async (spec: Promise<ServerSpec>): Promise<string> => {
    const server = await launch(await spec);
    guardian.add(server.process.pid);
    return server.url;
  };
  const { TEST_DATABASE_URL, TEST_NATS_URL } = process.env;
  const ownPostgres = async () =>
    postgres({ dataDir: join(folder, 'postgres'), port: await freePort(), password: 'test', durable: false });
  const ownNats = async () => nats({ dataDir: join(folder, 'nats'), port: await freePort() });
  const starting = [TEST_DATABASE_URL || launched(ownPostgres()), TEST_NATS_URL || launched(ownNats())] as const;
  try {
    const [postgresUrl, natsUrl] = await Promise.all(starting);
    return { postgresUrl, natsUrl, stop: guardian.end };
  } catch (error) {
    await Promise.allSettled(starting);
    await guardian.end();
    throw error;
  }
}

/**
 * A shell that ends the processes it was told of and removes the folder as soon as its input closes: when we say so,
 * and also when this process dies in whatever way.
 */
function guard(folder: string) {
  const script = `
    while read -r pid; do pids="$pids $pid"; done
    [ -n "$pids" ] && kill -QUIT $pids
    until rm -rf "$1"; do sleep 0.1; done`;
  const shell = spawn('sh', ['-c', script, 'guardian', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return {
    add: (pid: number | undefined) => shell.stdin.write(`${pid}\n`),
    end: () =>
      new Promise<void>((resolve) => {
        shell.ref();
        shell.once('exit', () => resolve());
        shell.stdin.end();
      }),
  };
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.unref();
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
