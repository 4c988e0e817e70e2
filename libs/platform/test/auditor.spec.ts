import {
  chain,
  EventStoreDb,
  eventingMigrations,
  type NewEvent,
  type StoredEvent,
  systemContext,
} from '@yoyaku/eventing';
import { deriveUuid, instant, newUuid } from '@yoyaku/kernel';
import { createPool, runMigrations } from '@yoyaku/postgres';
import { startServers, type TestServers } from '@yoyaku/testing';
import { Auditor, advance, BEGINNING, Checkpoints, platformMigrations, SigningKey, type Witness } from '../src';

describe('an auditor', () => {
  let servers: TestServers;
  let store: EventStoreDb;
  let checkpoints: Checkpoints;
  let pool: ReturnType<typeof createPool>;
  const key = new SigningKey('secret of this spec');
  const known: { id: string; stream: string; revision: number; position: bigint }[] = [];
  const witness: Witness = {
    lastPosition: async () => known.at(-1)?.position,
    async *eventsBetween(after, upTo) {
      yield* known.filter(({ position }) => position > after && position <= upTo);
    },
  };

  beforeAll(async () => {
    servers = await startServers();
    await runMigrations(servers.databaseUrl, [...eventingMigrations, ...platformMigrations]);
    pool = createPool(servers.databaseUrl);
    store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
    checkpoints = new Checkpoints(pool);
  });

  afterAll(async () => {
    await store.close();
    await pool.end();
    await servers.stop();
  });

  const append = async (stream: string, after: StoredEvent | NewEvent | null, revision: number) => {
    const { commandId, correlationId, causationId, at } = systemContext('spec');
    const event = chain(stream, {
      id: deriveUuid(commandId, stream, 0),
      type: 'Deposited',
      data: { amount: revision },
      metadata: {
        tenantId: 'a',
        actor: { id: null, role: 'spec' },
        correlationId,
        causationId,
        commandId,
        occurredAt: at,
        schemaVersion: 1,
        prevHash: after?.metadata.hash ?? null,
      },
    });
    const { position } = await store.append(stream, revision === 0 ? 'no_stream' : revision - 1, [event]);
    known.push({ id: event.id, stream, revision, position });
    return event;
  };
  const auditor = () => new Auditor(store, checkpoints, key, witness);

  it('takes checkpoints as history grows, and finds it whole', async () => {
    const first = await append('till-a', null, 0);
    const one = await auditor().takeCheckpoint(instant('2026-04-01T00:00:00Z'));
    await append('till-a', first, 1);
    const two = await auditor().takeCheckpoint(instant('2026-04-01T01:00:00Z'));
    expect(two?.events).toBe((one?.events ?? 0) + 1);
    expect(await auditor().takeCheckpoint(instant('2026-04-01T02:00:00Z'))).toBeUndefined();
    const expected = (await Array.fromAsync(store.readAll())).reduce(advance, BEGINNING);
    expect(await auditor().verify()).toEqual({
      ok: true,
      streams: 1,
      events: 2,
      brokenAt: null,
      brokenCheckpoint: null,
      position: expected.position,
      checkpoints: 2,
      witnessedTo: expected.position,
    });
    expect(await auditor().verify({ fromLastCheckpoint: true })).toMatchObject({ ok: true, events: 2, streams: 0 });
  });

  it('names the event that broke its chain', async () => {
    await append('till-b', { metadata: { hash: 'forged' } } as NewEvent, 0);
    expect(await auditor().verify()).toMatchObject({ ok: false, brokenAt: { stream: 'till-b', revision: 0 } });
    await expect(auditor().takeCheckpoint(instant('2026-04-01T03:00:00Z'))).rejects.toThrow('till-b at revision 0');
  });

  it('takes checkpoints in the order of numbers, not of digits', async () => {
    const spare = { events: 1, hash: 'x', takenAt: instant('2026-04-01T04:00:00Z'), signature: 'x' };
    const positions = [900_000_000_999n, 1_200_000_000_000n];
    for (const position of positions) await checkpoints.add({ ...spare, position });
    expect((await checkpoints.all()).map(({ position }) => position).slice(-2)).toEqual(positions);
    expect((await checkpoints.last())?.position).toBe(positions.at(-1));
    await pool.query('delete from app.audit_checkpoints where position = any($1)', [positions.map(String)]);
  });

  it('does not believe a checkpoint that it did not sign', async () => {
    await pool.query(`update app.audit_checkpoints set events = events + 1 where taken_at = '2026-04-01T00:00:00Z'`);
    const { ok, brokenCheckpoint } = await auditor().verify();
    expect(ok).toBe(false);
    expect(brokenCheckpoint).toBe((await checkpoints.all())[0]?.position);
    await pool.query(`update app.audit_checkpoints set events = events - 1 where taken_at = '2026-04-01T00:00:00Z'`);
  });

  it('names a whole stream that is gone, from what the witness saw', async () => {
    const elsewhere = await startServers();
    const other = new EventStoreDb(elsewhere.eventStoreUrl, { prefix: elsewhere.eventStorePrefix });
    const gone = newUuid();
    const [signed] = await checkpoints.all();
    known.splice(0, known.length, { id: gone, stream: 'till-gone', revision: 0, position: signed?.position as bigint });
    const { ok, brokenAt } = await new Auditor(other, checkpoints, key, witness).verify();
    expect({ ok, brokenAt }).toEqual({ ok: false, brokenAt: { stream: 'till-gone', revision: 0 } });
    await other.close();
    await elsewhere.stop();
  });
});
