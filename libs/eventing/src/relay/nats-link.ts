import { once } from 'node:events';
import { sleep } from '@yoyaku/kernel';
import { connect, Events, type NatsConnection } from 'nats';

export interface NatsLinkOptions {
  /** `nats://user:password@host:port`, several separated by commas; without user and password where NATS wants none. */
  readonly url: string;
  /** Called for every failed attempt to connect, until the server was reached for the first time. */
  readonly onUnreached?: (error: unknown) => void;
}

/** Between attempts to connect for the first time, in milliseconds. */
const RECONNECT = 500;

/** The connection to NATS. It is made again whenever it is lost, without limit. */
export class NatsLink {
  private connection: NatsConnection | undefined;
  private readonly opening: Promise<void>;
  private readonly changes = new EventTarget();
  private readonly closing = new AbortController();
  private up = false;

  constructor(private readonly options: NatsLinkOptions) {
    this.opening = this.open();
  }

  /** Whether there is a connection to the server now. */
  get isUp(): boolean {
    return this.up;
  }

  /** The client. Throws while there is no connection. */
  get nats(): NatsConnection {
    if (!this.connection || !this.up) throw new Error('NATS is not connected');
    return this.connection;
  }

  /** Waits until there is a connection, or until the signal aborts. */
  async untilUp(signal: AbortSignal): Promise<void> {
    while (!this.up && !signal.aborted) await once(this.changes, 'change', { signal }).catch(() => {});
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opening;
    await this.connection?.close();
  }

  private async open(): Promise<void> {
    const { signal } = this.closing;
    const { servers, ...credentials } = addressed(this.options.url);
    while (!this.connection && !signal.aborted) {
      this.connection = await connect({
        servers,
        ...credentials,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 250,
        pingInterval: 1_000,
        maxPingOut: 2,
        noAsyncTraces: true,
      }).catch((error) => {
        this.options.onUnreached?.(error);
        return undefined;
      });
      if (!this.connection) await sleep(RECONNECT, { signal });
    }
    if (this.connection) void this.watch(this.connection);
  }

  private async watch(connection: NatsConnection): Promise<void> {
    this.change(true);
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect) this.change(false);
      if (type === Events.Reconnect) this.change(true);
    }
    this.change(false);
  }

  private change(up: boolean): void {
    this.up = up;
    this.changes.dispatchEvent(new Event('change'));
  }
}

/** The client does not read user and password from addresses. Those of the first address are used for all. */
function addressed(url: string): { servers: string[]; user?: string; pass?: string } {
  const urls = url.split(',').map((text) => new URL(text.includes('://') ? text : `nats://${text}`));
  const [{ username, password }] = urls as [URL];
  const servers = urls.map(({ host }) => host);
  return username ? { servers, user: decodeURIComponent(username), pass: decodeURIComponent(password) } : { servers };
}
