import { once } from 'node:events';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { freePort, launch, type RunningServer } from '@yoyaku/embedded';
import type { Resources } from './servers';

const entry = resolve(__dirname, '..', '..', 'apps', 'event-node', 'src', 'main.js');

/** A durable event-node as a process of its own, with what that folder holds. */
export async function startEventNode(
  resources: Resources,
  data = join(resources.dir, 'event-node'),
): Promise<RunningServer> {
  const port = await freePort();
  return resources.use(
    await launch({
      name: 'event-node',
      command: process.execPath,
      args: [entry, '--port', `${port}`, '--data', data],
      stopSignal: 'SIGTERM',
      url: `esdb://127.0.0.1:${port}?tls=false`,
      answers: () => accepts(port),
    }),
  );
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
