import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { connectionConfig } from './pool';

interface Listener {
  onNotification(payload: string): void;
  /** The connection is back after a loss: whatever was said meanwhile went unheard. */
  onReconnected?(): void;
  onLost?(): void;
}

const RECONNECT = { first: 50, most: 2_000 };

/** What other processes say by NOTIFY, heard over one connection that is kept up for as long as the process lives. */
export class Notifications {
  private readonly listeners = new Map<string, Set<Listener>>();
  private client: Client | undefined;
  private connecting: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly url: string) {}

  /** Resolves once the channel is listened to; from then on nothing is missed unless `onLost` says so. */
  async listen(channel: string, listener: Listener): Promise<void> {
    const known = this.listeners.get(channel);
    this.listeners.set(channel, (known ?? new Set()).add(listener));
    await this.connected();
    if (!known) await this.client?.query(`listen "${channel}"`);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.connecting?.catch(() => {});
    await this.client?.end();
  }

  private connected(): Promise<void> {
    this.connecting ??= this.connect();
    return this.connecting;
  }

  private async connect(): Promise<void> {
    for (let pause = RECONNECT.first; !this.closed; pause = Math.min(RECONNECT.most, pause * 2)) {
      const client = new Client({ ...connectionConfig(this.url), application_name: 'yoyaku listening' });
      client.on('error', () => {});
      client.on('notification', ({ channel, payload = '' }) => {
        for (const listener of this.listeners.get(channel) ?? []) listener.onNotification(payload);
      });
      try {
        await client.connect();
        for (const channel of this.listeners.keys()) await client.query(`listen "${channel}"`);
      } catch {
        await client.end().catch(() => {});
        await delay(pause);
        continue;
      }
      client.once('end', () => this.lost());
      this.client = client;
      return;
    }
  }

  private lost(): void {
    this.client = undefined;
    if (this.closed) return;
    const all = () => [...this.listeners.values()].flatMap((listeners) => [...listeners]);
    for (const listener of all()) listener.onLost?.();
    this.connecting = this.connect().then(() => {
      if (!this.closed) for (const listener of all()) listener.onReconnected?.();
    });
  }
}
