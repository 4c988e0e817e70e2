import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can hold back the server's answers, cut its connections, and refuse new ones. */
export async function cuttingProxy(targetPort: number) {
  const pairs = new Set<[Socket, Socket]>();
  let holding = false;
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) return client.destroy();
    const upstream = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    client.pipe(upstream);
    upstream.on('data', (bytes) => holding || client.write(bytes));
    for (const socket of pair) {
      socket.on('error', () => {});
      socket.on('close', () => {
        for (const each of pair) each.destroy();
        pairs.delete(pair);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port');

  const cut = () => {
    for (const [client] of pairs) client.destroy();
  };
  return {
    port: address.port,
    /** From now on the server hears, but is not heard. */
    hold: () => {
      holding = true;
    },
    /** Ends every connection, and takes no new ones. */
    refuse: () => {
      refusing = true;
      cut();
    },
    /** Ends every connection; new ones pass freely. */
    cut: () => {
      cut();
      holding = false;
      refusing = false;
    },
    close: () => {
      cut();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
