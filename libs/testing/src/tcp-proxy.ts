import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Which way bytes go: from the client to the server, or back. */
export type Direction = 'toServer' | 'toClient';

const BOTH: readonly Direction[] = ['toServer', 'toClient'];

/**
 * A way to a server, on which the faults of a network can be brought about. `url` is the server's own, with the proxy's
 * host and port in it.
 */
export type TcpProxy = Awaited<ReturnType<typeof tcpProxy>>;

/**
 * Opens a proxy before the server at that URL, which names a port. At first everything passes. Where the server is may
 * also be asked for each connection: it is then not known before, and can change. While that throws, nobody is let in.
 */
export async function tcpProxy(target: string | (() => string)) {
  const targetUrl = (): URL => new URL(typeof target === 'string' ? target : target());
  const pairs = new Set<readonly [Socket, Socket]>();
  /** Those that break at the server's next word. */
  const doomed = new Set<Socket>();
  const silent = new Set<Direction>();
  /** Ends of connections that are silent for themselves. */
  const forgotten = new Set<Socket>();
  const changes = new EventEmitter().setMaxListeners(0);
  let lag = 0;
  let refusing = false;

  /** Bytes, and the end of a connection too, wait here for as long as their direction is silent. */
  async function pass(direction: Direction, to: Socket): Promise<void> {
    if (lag > 0) await delay(lag);
    while ((silent.has(direction) || forgotten.has(to)) && !to.destroyed) await once(changes, 'change');
  }

  async function carry(from: Socket, to: Socket, direction: Direction): Promise<void> {
    let broken = false;
    try {
      for await (const bytes of from.iterator({ destroyOnReturn: false })) {
        await pass(direction, to);
        if (doomed.delete(from)) throw new Error('to be cut');
        await new Promise<unknown>((resolve) => to.write(bytes, resolve));
      }
    } catch {
      broken = true;
    }
    await pass(direction, to);
    doomed.delete(from);
    if (broken) to.destroy();
    else to.end();
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = refusing ? undefined : reach(targetUrl);
    if (!upstream) return client.destroy();
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const socket of pair) socket.setNoDelay().on('error', () => {});
    void Promise.all([carry(client, upstream, 'toServer'), carry(upstream, client, 'toClient')]).then(() => {
      for (const socket of pair) socket.destroy();
      pairs.delete(pair);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const { port } = server.address() as AddressInfo;

  function change(apply: () => void): void {
    apply();
    changes.emit('change');
  }

  const cut = () =>
    change(() => {
      for (const sockets of pairs) for (const socket of sockets) socket.destroy();
    });

  return {
    get url(): string {
      const url = targetUrl();
      url.hostname = '127.0.0.1';
      url.port = `${port}`;
      return url.href;
    },
    port,
    /** The client's port of the connection that the server sees come from this one. */
    clientPortBehind: (port: number | undefined): number | undefined =>
      [...pairs].find(([, upstream]) => upstream.localPort === port)?.[0].remotePort,
    /** Nothing passes in that direction any more, or in both, and nobody is told: what is sent waits. */
    silence: (...directions: Direction[]) =>
      change(() => {
        for (const direction of directions.length > 0 ? directions : BOTH) silent.add(direction);
      }),
    /** Nothing passes over the connections that stand, and nobody is told, as where a firewall forgot them; over new ones it does. */
    forget: () => {
      for (const socket of [...pairs].flat()) forgotten.add(socket);
    },
    /** What arrives at the proxy stays there for that long, in milliseconds, and what has come meanwhile for as long again. */
    slow: (ms: number) =>
      change(() => {
        lag = ms;
      }),
    /** Breaks every connection, and loses what waits; new ones can be made. */
    cut,
    /**
     * Each connection that stands breaks when the server next says something, which is lost: what the server was asked,
     * it has done. New ones can be made.
     */
    loseNextAnswers: () => {
      for (const [, upstream] of pairs) doomed.add(upstream);
    },
    /** Breaks every connection, and refuses new ones. */
    refuse: () => {
      refusing = true;
      cut();
    },
    /** Everything passes from now on: what waited first, if its connection still stands. */
    mend: () =>
      change(() => {
        silent.clear();
        forgotten.clear();
        doomed.clear();
        lag = 0;
        refusing = false;
      }),
    close: async () => {
      refusing = true;
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function reach(url: () => URL): Socket | undefined {
  try {
    const { hostname: host, port } = url();
    return connect({ host, port: Number(port), allowHalfOpen: true });
  } catch {
    return undefined;
  }
}
