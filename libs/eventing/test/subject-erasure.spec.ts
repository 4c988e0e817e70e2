import { deriveUuid, newUuid, type Uuid } from '@yoyaku/kernel';
import { createPool, runMigrations } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import {
  EventCodec,
  EventStoreDb,
  eventingMigrations,
  type NewEvent,
  PostgresSubjectKeys,
  type RecordedEvent,
  SubjectErasure,
  seal,
  subjectOf,
  systemContext,
} from '../src';
import { chain } from '../src/envelope/hash-chain';
import { Account, type AccountEvent } from './account';

/** Another kind of thing that may come to have the id of an account. */
const Member = {
  ...Account,
  category: 'member',
  events: {
    ...Account.events,
    AccountOpened: { version: 1, pii: { of: 'member', subject: 'accountId', fields: ['holder'] } },
  },
} as const satisfies typeof Account;

let servers: TestServers;
let store: EventStoreDb;
let pool: ReturnType<typeof createPool>;
let keys: PostgresSubjectKeys;
let codec: EventCodec;
let erasure: SubjectErasure;

beforeAll(async () => {
  servers = await startServers();
  await runMigrations(servers.databaseUrl, eventingMigrations);
  pool = createPool(servers.databaseUrl);
  keys = new PostgresSubjectKeys(pool, Buffer.alloc(32, 7));
  codec = new EventCodec([Account, Member], keys);
  store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
  erasure = new SubjectErasure(keys, store, codec.subjectKinds());
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await servers.stop();
});

const start = { revision: -1, hash: null };

/** Something of that kind and id is opened by today's build. */
async function openNow(kind: 'account' | 'member', accountId: Uuid): Promise<void> {
  const opened = { type: 'AccountOpened', data: { accountId, holder: 'Aki' } };
  const stream = `${kind}-${accountId}`;
  const sealed = await codec.sealAll(stream, [opened], systemContext('spec'), accountId, start);
  await store.append(stream, 'no_stream', sealed);
}

/** The same by an earlier build, which had one key for an id. */
async function openEarlier(kind: 'account' | 'member', accountId: Uuid): Promise<void> {
  const stream = `${kind}-${accountId}`;
  const id = deriveUuid(stream, 'opened');
  const key = (await keys.ensure([accountId])).get(accountId) as Buffer;
  const { at: occurredAt, commandId, correlationId, causationId } = systemContext('spec');
  const event: NewEvent = chain(stream, {
    id,
    type: 'AccountOpened',
    data: { accountId, $pii: seal({ holder: 'Aki' }, accountId, key, id) },
    metadata: {
      tenantId: accountId,
      actor: { id: null, role: 'spec' },
      correlationId,
      causationId,
      commandId,
      occurredAt,
      schemaVersion: 1,
      prevHash: null,
    },
  });
  await store.append(stream, 'no_stream', [event]);
}

async function holderOf(kind: 'account' | 'member', id: Uuid): Promise<unknown> {
  const opened = await codec.openAll(await Array.fromAsync(store.readStream(`${kind}-${id}`)));
  return (opened as RecordedEvent<AccountEvent>[]).map(({ data }) => 'holder' in data && data.holder)[0];
}

describe('erasing somebody', () => {
  it('leaves what has the same id and is of another kind', async () => {
    const id = newUuid();
    await openNow('account', id);
    await openNow('member', id);
    await erasure.erase('account', id);
    expect([await holderOf('account', id), await holderOf('member', id)]).toEqual([null, 'Aki']);
  });

  it('reaches what an earlier build sealed', async () => {
    const id = newUuid();
    await openEarlier('account', id);
    expect(await holderOf('account', id)).toBe('Aki');
    await erasure.erase('account', id);
    expect(await holderOf('account', id)).toBeNull();
  });

  it('leaves the key that an earlier build shared with another kind', async () => {
    const id = newUuid();
    await openEarlier('member', id);
    await openEarlier('account', id);
    await erasure.erase('account', id);
    expect(await holderOf('member', id)).toBe('Aki');
    expect((await keys.ensure([subjectOf('account', id)])).size).toBe(0);
  });

  it('is for good where an earlier build did it', async () => {
    const customerId = newUuid();
    await keys.destroy(customerId);
    await pool.query(`delete from app.migrations where name like 'SubjectKinds%'`);
    await runMigrations(servers.databaseUrl, eventingMigrations);
    expect((await keys.ensure([subjectOf('customer', customerId)])).size).toBe(0);
    expect((await keys.ensure([subjectOf('user', customerId)])).size).toBe(1);
  });
});
