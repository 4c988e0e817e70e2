import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface Told {
  /** As the client got it: the id of a server-sent event. */
  readonly id: string | undefined;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs look into messages as clients do
  readonly data: any;
}

export interface FollowOptions {
  readonly token?: string;
  readonly lastEventId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Beginning with `?`. */
  readonly query?: string;
}

/** A client that follows live, by server-sent events or over a WebSocket. */
export class Follower {
  readonly told: Told[] = [];
  /** Number and reason of the socket's closing; 0 for server-sent events that ended. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  lastEventId: string | undefined;
  /** Comments by which the server shows that it is there. */
  private waiting: (() => void)[] = [];

  private constructor(readonly cut: () => void) {}

  /** By server-sent events; resolves when the first message is there. Throws the answer where it is refused. */
  static events(url: string, options: FollowOptions): Promise<Follower> {
    return patiently(() => Follower.openEvents(url, options));
  }

  static socket(url: string, options: FollowOptions): Promise<Follower> {
    return patiently(() => Follower.openSocket(url, options));
  }

  private static async openEvents(
    url: string,
    { token, lastEventId, headers = {}, query = '' }: FollowOptions,
  ): Promise<Follower> {
    const aborting = new AbortController();
    const response = await fetch(`${url}/api/v1/events/live${query}`, {
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(lastEventId && { 'last-event-id': lastEventId }),
        ...headers,
      },
      signal: aborting.signal,
    });
    if (!response.ok) throw new Refused(response.status, await response.json());
    const follower = new Follower(() => aborting.abort());
    void follower.read(response.body as ReadableStream<Uint8Array>);
    await follower.until(() => follower.told.length > 0);
    return follower;
  }

  private static async openSocket(
    url: string,
    { token, lastEventId, headers = {}, query = '' }: FollowOptions,
  ): Promise<Follower> {
    const resumed = lastEventId ? `${query ? `${query}&` : '?'}lastEventId=${lastEventId}` : query;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws${resumed}`, {
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
    });
    const follower = new Follower(() => socket.terminate());
    follower.send = (data) => socket.send(data);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => reject(new Refused(response.statusCode ?? 0, JSON.parse(text))));
    });
    socket.on('error', reject);
    socket.on('message', (text) => follower.receive(undefined, JSON.parse(String(text))));
    socket.on('close', (code, reason) => follower.end({ code, reason: String(reason) }));
    void follower.until(() => follower.told.length > 0).then(resolve);
    await promise;
    return follower;
  }

  send: (data: string | Buffer) => void = () => {};

  /** What was told of that kind. */
  all(event: string): Told['data'][] {
    return this.told.filter((one) => one.event === event).map(({ data }) => data);
  }

  /** Resolves when it holds, looked at with each message. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
      });
    }
  }

  /** Until something with these members was told. */
  async hears(event: string, members: Readonly<Record<string, unknown>> = {}): Promise<Told['data']> {
    const find = () =>
      this.all(event).find((data) => Object.entries(members).every(([name, value]) => data[name] === value));
    await this.until(() => find() !== undefined);
    return find();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const chunk of body) {
        const events = (text + Buffer.from(chunk).toString()).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) this.receiveText(event);
      }
    } catch {
      // It was cut.
    }
    this.end({ code: 0, reason: '' });
  }

  private receiveText(event: string): void {
    const fields = new Map(event.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^[^:]*: /, '')]));
    const id = fields.get('id');
    if (id !== undefined) this.lastEventId = id;
    const data = fields.get('data');
    if (data !== undefined) this.receive(id, JSON.parse(data));
  }

  private receive(id: string | undefined, data: Told['data']): void {
    if (data.position) this.lastEventId = data.position;
    this.told.push({ id, event: data.event, data });
    this.wake();
  }

  private end(closed: { code: number; reason: string }): void {
    this.closed = closed;
    this.wake();
  }

  private wake(): void {
    const woken = this.waiting;
    this.waiting = [];
    for (const resolve of woken) resolve();
  }
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    // biome-ignore lint/suspicious/noExplicitAny: specs look into answers as clients do
    readonly body: any,
  ) {
    super(`${status} ${body.code}`);
  }
}

/** As clients do, comes again where a busy server says that its read models are behind. */
async function patiently<T>(open: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Refused) || error.body?.code !== 'projection.behind') throw error;
      await delay(100);
    }
  }
}
