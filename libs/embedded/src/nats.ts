import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import type { ServerSpec } from './server';

/** A single nats-server with JetStream on 127.0.0.1. Throws when no `nats-server` is installed. */
export function nats({ dataDir, port }: { dataDir: string; port: number }): ServerSpec {
  const command = findNats();
  if (!command)
    throw new Error('nats-server is not installed: `apt-get install nats-server`, `brew install nats-server`');
  const serverName = `yoyaku-${randomUUID()}`;
  return {
    name: 'nats',
    command,
    args: ['-n', serverName, '-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', dataDir],
    stopSignal: 'SIGTERM',
    notable: /\[(WRN|ERR|FTL)\]/,
    url: `nats://127.0.0.1:${port}`,
    answers: () => greets(port, serverName),
  };
}

/** Path of the nats-server binary. Debian puts it into /usr/sbin, which is often not in PATH. */
export function findNats(): string | undefined {
  const name = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A nats-server sends the first line. It begins with INFO and has the server's name, which proves that it is ours. */
const greets = (port: number, serverName: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('close', () => resolve(false));
    socket.once('data', (greeting) => {
      socket.destroy();
      resolve(greeting.toString('latin1').startsWith('INFO ') && greeting.includes(`"server_name":"${serverName}"`));
    });
  });
