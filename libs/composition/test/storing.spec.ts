import { EventCodec, type EventStore, partitionOf, type StoredEvent, systemContext } from '@yoyaku/eventing';
import {
  DAY,
  deriveUuid,
  FIRST_DATE,
  FIRST_INSTANT,
  instant,
  LAST_DATE,
  LAST_INSTANT,
  type Message,
  plusMs,
} from '@yoyaku/kernel';
import { createPool, Notifications } from '@yoyaku/postgres';
import { Consistency, ProjectionAdmin, Projector, ReadModels } from '@yoyaku/projecting';
import { fixedKeys, startServers, until } from '@yoyaku/testing';
import { aggregates, migrate, projections } from '../src';
import { instanceOf, sampleOf, type Values } from './samples';

const PARTITIONS = 8;
const types = aggregates.flatMap(({ category, events }) => Object.keys(events).map((type) => ({ category, type })));
/** The first event of each kind of thing, so that there are rows for the others to change. */
const FIRST = /(Created|Registered|Assigned|Added|Joined|Placed|Requested|Reserved|Blocked|Planned|Chosen)$/;

/** Fields at the ends of what the kernel's parsers and the edge let in. */
const ENDS: Readonly<Record<string, Omit<Values, 'id'>>> = {
  lowest: {
    text: '',
    start: FIRST_INSTANT,
    end: plusMs(FIRST_INSTANT, 1),
    date: FIRST_DATE,
    amount: 0,
    count: 0,
  },
  highest: {
    text: '𠮷👩‍👩‍👧‍👦'.repeat(900),
    start: plusMs(LAST_INSTANT, -DAY),
    end: LAST_INSTANT,
    date: LAST_DATE,
    amount: Number.MAX_SAFE_INTEGER,
    count: 2 ** 31 - 1,
  },
  strange: {
    text: 'NUL \0, RTL \u202eשלום\u202c, alone \ud800, \\N \\. \t \r\n "quoted" {a,b} \u2028 \ufeff',
    start: instant('1999-12-31T23:59:59.999Z'),
    end: instant('2000-02-29T12:00:00Z'),
    date: '2000-02-29',
    amount: -1,
    count: 1,
  },
};

const codec = new EventCodec(aggregates, fixedKeys(Buffer.alloc(32, 1)));

/** Events of every type, each after the first events of such a thing and of its customer, with ids of its own. */
async function* history(): AsyncIterable<StoredEvent> {
  let position = 0n;
  for (const [name, ends] of Object.entries(ENDS)) {
    for (const last of types) {
      const id = (field: string) => deriveUuid(name, last.type, field);
      const tenantId = id('businessId');
      const revisions = new Map<string, number>();
      const isBefore = ({ category, type }: typeof last) =>
        FIRST.test(type) && (category === last.category || type === 'CustomerCreated');
      for (const { category, type } of [...types.filter(isBefore), last]) {
        const data = sampleOf(type, { ...ends, id });
        const stream = `${category}-${instanceOf(category, data)}`;
        const revision = (revisions.get(stream) ?? -1) + 1;
        revisions.set(stream, revision);
        const context = systemContext('spec');
        const [event] = await codec.sealAll(stream, [{ type, data } as Message], context, tenantId, {
          revision: revision - 1,
          hash: null,
        });
        position += 1n;
        if (event) yield { ...event, stream, revision, position };
      }
    }
  }
}

/** A store that holds these, and gets no more. */
function storeOf(events: readonly StoredEvent[]): EventStore {
  const after = (position: bigint) => events.filter((event) => event.position > position);
  return {
    head: async () => BigInt(events.length),
    readAll: async function* ({ after: from = 0n } = {}) {
      yield* after(from);
    },
    subscribeToAll: async function* ({ signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  } as Pick<EventStore, 'head' | 'readAll' | 'subscribeToAll'> as EventStore;
}

test('every projection stores event of every type, with its fields at their ends, as it comes and in a rebuild', async () => {
  const events = await Array.fromAsync(history());
  const { databaseUrl, stop } = await startServers();
  await migrate(databaseUrl);
  const pool = createPool(databaseUrl);
  const notifications = new Notifications(databaseUrl);
  const say = () => {};
  const projector = new Projector({
    projections,
    partitions: PARTITIONS,
    databaseUrl,
    pool,
    notifications,
    eventStore: storeOf(events),
    codec,
    log: { info: say, warn: say, error: say },
  });
  const admin = new ProjectionAdmin(pool, projections);
  const names = projections.map(({ name }) => name);
  const stopped = async () =>
    (await admin.list()).filter(({ failure }) => failure).map(({ name, failure }) => ({ name, ...failure }));
  try {
    await projector.start();
    const consistency = new Consistency(pool, notifications, projections, PARTITIONS);
    expect(await consistency.waitFor(names, BigInt(events.length), { timeoutMs: 60_000 })).toBe(true);
    expect(await stopped()).toEqual([]);
    const id = await admin.rebuild(names, 'spec');
    await until(async () => (await admin.activeRebuilds()).length === 0, 60_000);
    expect(await admin.rebuildOf('bookings')).toMatchObject({ id, state: 'done' });
    expect(await stopped()).toEqual([]);
    const tenants = new Set(
      events.map((event) => partitionOf({ tenantId: event.metadata.tenantId, stream: '' }, PARTITIONS)),
    );
    expect(tenants.size).toBe(PARTITIONS);
    const [counted] = await new ReadModels(pool).query<{ count: number }>('select count(*) from read.audit_log');
    expect(counted?.count).toBe(events.length);
  } finally {
    await projector.stop();
    await notifications.close();
    await pool.end();
    await stop();
  }
}, 150_000);
