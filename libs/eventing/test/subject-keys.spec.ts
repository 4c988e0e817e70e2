import { createPool, Notifications, runMigrations } from '@yoyaku/postgres';
import { startServers, type TcpProxy, type TestServers, tcpProxy, until } from '@yoyaku/testing';
import type { Pool } from 'pg';
import { eventingMigrations, MasterKeyMissing, PostgresSubjectKeys } from '../src';

const MASTER_KEY = Buffer.alloc(32, 7);

let servers: TestServers;
let pool: Pool;

beforeAll(async () => {
  servers = await startServers();
  pool = createPool(servers.databaseUrl);
  await runMigrations(servers.databaseUrl, eventingMigrations);
});
afterAll(async () => {
  await pool.end();
  await servers.stop();
});

const keys = (): PostgresSubjectKeys => new PostgresSubjectKeys(pool, MASTER_KEY);

/** First: what was destroyed within the last minute counts as unheard of after every loss. */
describe('over a network that fails', () => {
  let proxy: TcpProxy;
  let notifications: Notifications;
  beforeEach(async () => {
    proxy = await tcpProxy(servers.databaseUrl);
    notifications = new Notifications(proxy.url);
  });
  afterEach(async () => {
    await notifications.close();
    await proxy.close();
  });

  test('once it hears again a process forgets what it opened meanwhile if a key was destroyed, and only then', async () => {
    const hearing = keys();
    await hearing.cacheWhileHearing(notifications);
    const seen: string[] = [];
    hearing.onDestroyed(() => seen.push('forgotten'));
    await notifications.listen('probe', {
      onNotification: () => {},
      onLost: () => seen.push('lost'),
      onReconnected: () => seen.push('back'),
    });
    proxy.cut();
    await until(() => seen.includes('back'));
    proxy.refuse();
    await until(() => seen.filter((what) => what === 'lost').length === 2);
    await keys().destroy('kim');
    proxy.mend();
    // Whoever asks late, after the first loss, whether a key was destroyed meanwhile may find that one and forget too.
    const once = /^forgotten lost back forgotten lost (forgotten )?back forgotten$/;
    await until(() => once.test(seen.join(' ')));
  });

  test('a process that hears nothing keeps no keys: those of the erased are gone within seconds', async () => {
    const cached = keys();
    await cached.cacheWhileHearing(notifications);
    await cached.ensure(['lea']);
    proxy.silence();
    const silent = performance.now();
    await keys().destroy('lea');
    expect((await cached.find(['lea'])).size).toBe(1);
    await until(async () => (await cached.find(['lea'])).size === 0);
    expect(performance.now() - silent).toBeLessThan(10_000);
  });
});

describe('subject keys', () => {
  test('are the same in every process, also when first asked for at once', async () => {
    const subjects = ['ann', 'ben', 'cho'];
    const [a, b] = await Promise.all([keys().ensure(subjects), keys().ensure([...subjects].reverse())]);
    expect([...a.keys()].sort()).toEqual(subjects);
    for (const subject of subjects) expect(b.get(subject)).toEqual(a.get(subject));
    expect(await keys().find(['ann', 'nobody'])).toEqual(new Map([['ann', a.get('ann')]]));
  });

  test('cannot be unwrapped by another master key', async () => {
    await keys().ensure(['dan']);
    await expect(new PostgresSubjectKeys(pool, Buffer.alloc(32, 8)).find(['dan'])).rejects.toThrow();
  });

  test('go over from one master key to another while both are in use, and those of earlier builds too', async () => {
    const [old, next] = [MASTER_KEY, Buffer.alloc(32, 9)];
    const [before, reading, after] = [
      new PostgresSubjectKeys(pool, old),
      new PostgresSubjectKeys(pool, old, [next]),
      new PostgresSubjectKeys(pool, next, [old]),
    ];
    const rotated = ['fay', 'gil', 'hal', 'ida'];
    const first = await before.ensure(['fay', 'gil', 'hal']);
    await pool.query(`update app.subject_keys set master = null where subject = 'gil'`);
    const second = await after.ensure(rotated);
    expect(second.get('fay')).toEqual(first.get('fay'));
    expect(await reading.find(['ida'])).toEqual(new Map([['ida', second.get('ida')]]));

    await after.destroy('hal');
    expect(await after.rewrap()).toBeGreaterThanOrEqual(2);
    expect(await after.rewrap()).toBe(0);
    const alone = await new PostgresSubjectKeys(pool, next).find(rotated);
    expect(alone).toEqual(new Map(['fay', 'gil', 'ida'].map((subject) => [subject, second.get(subject)])));
    await expect(before.find(['ida'])).rejects.toThrow(MasterKeyMissing);
    await expect(before.find(['ida'])).rejects.toThrow(/^The key of ida is wrapped by master key [0-9a-f]{16}/);
    await new PostgresSubjectKeys(pool, old, [next]).rewrap();
  });

  test('once destroyed are gone from every cache and never made again', async () => {
    const notifications = new Notifications(servers.databaseUrl);
    const cached = keys();
    await cached.cacheWhileHearing(notifications);
    await cached.ensure(['eve']);
    const heard = new Promise<void>((resolve) => {
      void notifications.listen('subject_key_destroyed', { onNotification: () => resolve() });
    });
    await keys().destroy('eve');
    await heard;
    expect((await cached.find(['eve'])).size).toBe(0);
    expect((await cached.ensure(['eve'])).size).toBe(0);
    await notifications.close();
  });
});
