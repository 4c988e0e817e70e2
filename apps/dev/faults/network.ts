import { type TcpProxy, tcpProxy } from '@yoyaku/testing';
import { type ProcessName, type Server, URL_OF } from './installation';
import type { Staging } from './staging';

/** One way from a process to another, or from clients to a process of the api; faults can be brought about on it. */
export interface Link {
  readonly from: ProcessName | 'client';
  readonly to: ProcessName;
  readonly proxy: TcpProxy;
}

/** Who talks to which servers. The api only asks NATS how it is. */
const TALKS_TO: Readonly<Partial<Record<ProcessName, readonly Server[]>>> = {
  api: ['postgres', 'event-node', 'nats'],
  'api-2': ['postgres', 'event-node', 'nats'],
  projector: ['postgres', 'event-node', 'nats'],
  reactor: ['postgres', 'event-node'],
};

/** A proxy between every two processes that talk to each other, and between clients and the api. */
export class Network {
  private constructor(readonly links: readonly Link[]) {}

  /** `urlOf` is asked when somebody connects: servers need not run yet. */
  static async open(apis: ReadonlyMap<ProcessName, string>, urlOf: (server: Server) => string): Promise<Network> {
    const inner = Object.entries(TALKS_TO).flatMap(([from, servers]) =>
      servers.map(async (to) => ({ from: from as ProcessName, to, proxy: await tcpProxy(() => urlOf(to)) })),
    );
    const outer = [...apis].map(async ([to, url]) => ({ from: 'client' as const, to, proxy: await tcpProxy(url) }));
    return new Network(await Promise.all<Link>([...outer, ...inner]));
  }

  /** Where clients find the processes of the api. */
  get origins(): readonly string[] {
    return this.links.filter(({ from }) => from === 'client').map(({ proxy }) => `http://127.0.0.1:${proxy.port}`);
  }

  /** What sends every process through its own proxies. */
  get staging(): Staging {
    const inner = Object.entries(Object.groupBy(this.links, ({ from }) => from)).filter(([from]) => from !== 'client');
    return Object.fromEntries(
      inner.map(([from, links = []]) => [
        from,
        { ports: Object.fromEntries(links.map(({ to, proxy }) => [URL_OF[to as Server], proxy.port])) },
      ]),
    );
  }

  /** No process reaches that server any more, until the function returned is called. */
  takeAway(server: Server): () => Promise<void> {
    const ways = this.links.filter(({ to }) => to === server);
    for (const { proxy } of ways) proxy.refuse();
    return async () => {
      for (const { proxy } of ways) proxy.mend();
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.links.map(({ proxy }) => proxy.close()));
  }
}
