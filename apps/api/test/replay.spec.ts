import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDb } from '@yoyaku/eventing';
import { heldMemory, until } from '@yoyaku/testing';
import { StoredEvents } from '../src/http/audit/stored-events';
import { RecentEvents } from '../src/http/live/recent-events';
import { type Person, somebody } from './a-business';
import { aLongHistory } from './a-long-history';
import { ApiUnderTest } from './api-under-test';

const LONG = 6_000;
/** Together they are more than the sockets between server and client hold by themselves, several times over. */
const NAME = 'A name in thousands of letters. '.repeat(128);

let api: ApiUnderTest;
let auditor: Person;

beforeAll(async () => {
  api = await ApiUnderTest.start();
  // A replay reads what is stored; read models would only take memory and time.
  await api.stopProjecting();
  auditor = await somebody(api, 'auditor');
  await aLongHistory(api, LONG, NAME);
  // What the process keeps of it for those who follow live is not what a replay takes.
  const head = await api.app.get(EventStoreDb).head();
  await until(() => api.app.get(RecentEvents).position === head);
  await api.app.listen(0, '127.0.0.1');
});
afterEach(() => {
  for (const reader of open.splice(0)) reader.leave();
});
afterAll(() => api.stop());

interface Line {
  readonly position: { readonly commit: string };
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly occurredAt: string;
  readonly actor: { readonly id: string | null };
}

const open: SlowReader[] = [];

/** A client that takes a chunk only when it is asked to. */
class SlowReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private left = '';

  private constructor(private readonly response: IncomingMessage) {
    this.chunks = response[Symbol.asyncIterator]();
  }

  static async open(query = ''): Promise<SlowReader> {
    const url = `${await api.app.getUrl()}/api/v1/audit/events${query}`;
    const asking = request(url, { headers: { authorization: `Bearer ${auditor.token}` }, agent: false });
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    const reader = new SlowReader(response);
    open.push(reader);
    return reader;
  }

  /** The next lines, at least one; none at the end. */
  async take(): Promise<Line[]> {
    for (;;) {
      const { done, value } = await this.chunks.next();
      if (done) return [];
      const lines = (this.left + value.toString()).split('\n');
      this.left = lines.pop() ?? '';
      if (lines.length > 0) return lines.map((line) => JSON.parse(line));
    }
  }

  leave(): void {
    this.response.on('error', () => {}).destroy();
  }
}

/** What this process, which is server and event store too, holds on to, in MB. */
function heldMegabytes(): number {
  const { heapUsed, external, arrayBuffers } = heldMemory();
  return (heapUsed + external + arrayBuffers) / 1e6;
}

describe('a replay of a long history', () => {
  it('reads no faster than its client, in memory that stays the same', async () => {
    const viewed = jest.spyOn(StoredEvents.prototype, 'view');
    const before = heldMegabytes();
    const reader = await SlowReader.open();
    const first = await reader.take();
    await standsStill(() => viewed.mock.calls.length);
    const read = viewed.mock.calls.length;
    // What the sockets between the two take, and some more.
    expect(read).toBeGreaterThan(first.length);
    expect(read).toBeLessThan(LONG / 2);
    viewed.mockClear();
    expect(heldMegabytes() - before).toBeLessThan(20);

    let taken = first.length;
    let most = 0;
    let last = BigInt(first.at(-1)?.position.commit ?? 0);
    for (let lines = await reader.take(); lines.length > 0; lines = await reader.take()) {
      for (const { position } of lines) {
        expect(BigInt(position.commit) > last).toBe(true);
        last = BigInt(position.commit);
      }
      const before = Math.floor(taken / 1_000);
      taken += lines.length;
      viewed.mockClear();
      if (Math.floor(taken / 1_000) > before) most = Math.max(most, heldMegabytes());
    }
    viewed.mockRestore();
    expect(taken).toBeGreaterThanOrEqual(LONG);
    expect(last).toBe(await api.app.get(EventStoreDb).head());
    expect(most - before).toBeLessThan(20);
  });

  it('stops reading when its client has left', async () => {
    const viewed = jest.spyOn(StoredEvents.prototype, 'view');
    const reader = await SlowReader.open();
    await reader.take();
    reader.leave();
    await standsStill(() => viewed.mock.calls.length);
    expect(viewed.mock.calls.length).toBeLessThan(LONG / 2);
    viewed.mockRestore();
  });

  it('goes on where it broke off, and with follow with what is appended', async () => {
    const reader = await SlowReader.open();
    const lines = [...(await reader.take()), ...(await reader.take())];
    reader.leave();
    const [before, after] = lines.slice(-2) as [Line, Line];
    const again = await SlowReader.open(`?from=${before.position.commit}`);
    expect((await again.take())[0]).toEqual(after);
    again.leave();

    const head = await api.app.get(EventStoreDb).head();
    const following = await SlowReader.open(`?from=${head}&follow=true&type=UserRegistered`);
    const ann = await api.register('Ann');
    const [registered] = await following.take();
    expect(registered).toMatchObject({ stream: `user-${ann.id}`, revision: 0 });
    following.leave();
  });

  it('finds by actor, category, type, tenant and time', async () => {
    const from = await api.app.get(EventStoreDb).head();
    const ann = await api.register('Ann');
    const rename = (name: string) => api.call('PATCH', '/users/me', { token: ann.token, body: { name } });
    await rename('Anna');
    await rename('Anne');
    const all = async (query: string) => {
      const reader = await SlowReader.open(`?from=${from}${query}`);
      const found: Line[] = [];
      for (let lines = await reader.take(); lines.length > 0; lines = await reader.take()) found.push(...lines);
      return found;
    };
    const hers = await all(`&actorId=${ann.id}`);
    expect(hers.map(({ type }) => type)).toEqual(['UserProfileChanged', 'UserProfileChanged']);
    const second = hers[1] as Line;
    const who = `&actorId=${ann.id}`;
    expect(await all(`${who}&since=${second.occurredAt}`)).toEqual(
      hers.filter(({ occurredAt }) => occurredAt >= second.occurredAt),
    );
    expect(await all(`${who}&until=${second.occurredAt}`)).toEqual(
      hers.filter(({ occurredAt }) => occurredAt < second.occurredAt),
    );
    expect(await all('&tenantId=nobody')).toEqual([]);
    expect(await all(`${who}&type=UserRegistered`)).toEqual([]);
    expect(await all(`${who}&category=booking`)).toEqual([]);
    expect(await all(`${who}&tenantId=platform`)).toEqual(hers);
    expect(await all(`${who}&tenantId=${ann.id}`)).toEqual([]);
  });
});

/** Waits until the count grows no more. */
async function standsStill(count: () => number): Promise<void> {
  let last = -1;
  await until(async () => {
    const before = last;
    last = count();
    await delay(300);
    return before === last;
  });
}
