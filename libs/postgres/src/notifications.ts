import { sleep } from '@yoyaku/kernel';
import { Client } from 'pg';
import { closeClient, connectionConfig, watch } from './connection';
import { Turns } from './turns';

interface Listener {
  onNotification(payload: string): void;
  /** Called when the connection is back after a loss. Notifications that were sent meanwhile are lost. */
  onReconnected?(): void;
  onLost?(): void;
}

const RECONNECT = { first: 50, most: 2_000 };
const CONNECT = 2_000;

/**
 * Receives the NOTIFY messages of other processes over one connection, which is kept open while the process lives. If
 * the server stops answering, that counts as a loss too and is noticed within three seconds.
 */
export class Notifications {
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly closing = new AbortController();
  /** The connection does one thing at a time. */
  private readonly turns = new Turns();
  private connecting: Promise<Client | undefined> | undefined;

  constructor(private readonly url: string) {}

  /**
   * Resolves when it listens to the channel, or was closed. From then on no message is lost without a call of `onLost`.
   */
  async listen(channel: string, listener: Listener): Promise<void> {
    this.listeners.set(channel, (this.listeners.get(channel) ?? new Set()).add(listener));
    for (let listening = false; !listening && !this.closing.signal.aborted; ) {
      this.connecting ??= this.connect();
      const client = await this.connecting;
      if (!client) return;
      listening = await this.listenOn(client, channel);
    }
  }

  async close(): Promise<void> {
    this.closing.abort();
    const client = await this.connecting;
    if (client) await closeClient(client);
  }

  /** Repeats until it succeeds. Does nothing after it was closed. */
  private async connect(): Promise<Client | undefined> {
    const { signal } = this.closing;
    for (let pause = RECONNECT.first; !signal.aborted; pause = Math.min(RECONNECT.most, pause * 2)) {
      const client = new Client({
        ...connectionConfig(this.url),
        connectionTimeoutMillis: CONNECT,
        application_name: 'yoyaku listening',
      });
      client.on('error', () => {});
      client.on('notification', ({ channel, payload = '' }) => {
        for (const listener of this.listeners.get(channel) ?? []) listener.onNotification(payload);
      });
      try {
        await client.connect();
        for (const channel of this.listeners.keys()) await client.query(`listen "${channel}"`);
        client.once('end', () => this.lost());
        watch(client, () => this.turns.take(() => client.query('select')));
        return client;
      } catch {
        await closeClient(client);
        await sleep(pause, { signal });
      }
    }
    return undefined;
  }

  private lost(): void {
    if (this.closing.signal.aborted) return;
    const all = () => [...this.listeners.values()].flatMap((listeners) => [...listeners]);
    for (const listener of all()) listener.onLost?.();
    this.connecting = this.connect().then((client) => {
      if (client) for (const listener of all()) listener.onReconnected?.();
      return client;
    });
  }

  /** False: the connection failed and was closed. Another one replaces it and listens to all channels. */
  private async listenOn(client: Client, channel: string): Promise<boolean> {
    try {
      await this.turns.take(() => client.query(`listen "${channel}"`));
      return true;
    } catch {
      await closeClient(client);
      return false;
    }
  }
}
