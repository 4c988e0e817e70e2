import { once } from 'node:events';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import type { ServerSpec } from './server';

/** As `nest build` has left it. */
const ENTRY = resolve(__dirname, '..', '..', '..', 'apps', 'event-node', 'src', 'main.js');

/** An event-node on 127.0.0.1: durable, with what that folder holds; without a folder in memory. */
export const eventNode = ({ dataDir, port }: { dataDir?: string; port: number }): ServerSpec => ({
  name: 'event-node',
  command: process.execPath,
  args: [ENTRY, '--port', `${port}`, ...(dataDir ? ['--data', dataDir] : ['--in-memory'])],
  stopSignal: 'SIGTERM',
  url: `esdb://127.0.0.1:${port}?tls=false`,
  answers: () => accepts(port),
});

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
