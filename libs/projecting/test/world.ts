import { randomBytes } from 'node:crypto';
import {
  EventCodec,
  EventStoreDb,
  eventingMigrations,
  NatsChannel,
  type NewEvent,
  Relay,
  type StoredEvent,
  systemContext,
} from '@yoyaku/eventing';
import { type Aggregate, type Message, newUuid, plain, type Unbranded } from '@yoyaku/kernel';
import { createPool, Notifications, runMigrations } from '@yoyaku/postgres';
import {
  type AnyProjection,
  Consistency,
  ProjectionAdmin,
  ProjectionVerifier,
  Projector,
  type ProjectorOptions,
  projectingMigrations,
  ReadModels,
} from '@yoyaku/projecting';
import { fixedKeys, JETSTREAM_BYTES, startServers } from '@yoyaku/testing';
import { type AccountEvent, tally } from './tally';

/** Many, so that each of a few workers is sure to get some. */
export const PARTITIONS = 32;
export const RELAY_KEY = randomBytes(32);

const noKeys = fixedKeys();
/** Of one append in a process that does all at once, in milliseconds. */
const PATIENCE = 20_000;

/** Only a catalog is needed: the specs append events, they decide nothing. */
const Account: Aggregate<null, Message<never>, AccountEvent> = {
  category: 'account',
  events: { AccountOpened: plain, Deposited: plain, AccountClosed: plain, AccountCursed: plain },
  tenantOf: () => '',
  decider: { initial: null, decide: {}, evolve: {} as never },
};

/** Real servers with a store to append to and projectors over it. */
export async function createWorld(
  projections: readonly AnyProjection[] = [tally],
  { partitions = PARTITIONS }: { partitions?: number } = {},
) {
  const servers = await startServers();
  await runMigrations(servers.databaseUrl, [...eventingMigrations, ...projectingMigrations]);
  const pool = createPool(servers.databaseUrl);
  const store = new EventStoreDb(servers.eventStoreUrl, { prefix: servers.eventStorePrefix });
  const codec = new EventCodec([Account], noKeys);
  const notifications = new Notifications(servers.databaseUrl);
  const closing: (() => Promise<unknown>)[] = [];
  const heads = new Map<string, { revision: number; hash: string }>();
  const log: { message: string; facts: object }[] = [];
  const say = (facts: object, message: string) => void log.push({ facts, message });

  /** Appends to the account's stream. Gives the position. */
  async function append(tenantId: string, accountId: string, ...events: Unbranded<AccountEvent>[]): Promise<bigint> {
    const stream = `account-${accountId}`;
    const head = heads.get(stream) ?? { revision: -1, hash: null };
    const sealed = await codec.sealAll(stream, events, systemContext('spec'), tenantId, head);
    return appendRaw(stream, sealed);
  }

  async function appendRaw(stream: string, events: readonly NewEvent[]): Promise<bigint> {
    const revision = heads.get(stream)?.revision ?? -1;
    const appended = await store.append(stream, revision === -1 ? 'no_stream' : revision, events, PATIENCE);
    heads.set(stream, { revision: appended.revision, hash: events.at(-1)?.metadata.hash as string });
    return appended.position;
  }

  async function open(tenantId: string, holder: string): Promise<string> {
    const accountId = newUuid();
    await append(tenantId, accountId, { type: 'AccountOpened', data: { accountId, holder } });
    return accountId;
  }

  function channel(url = servers.natsUrl, onRefused?: (count: number) => void): NatsChannel {
    const opened = new NatsChannel({
      url,
      stream: servers.jetStream,
      partitions,
      key: RELAY_KEY,
      maxBytes: JETSTREAM_BYTES,
      onRefused,
    });
    closing.push(() => opened.close());
    return opened;
  }

  /** Runs a relay until the world ends, or until told to stop. */
  function relay(over: NatsChannel) {
    const stopping = new AbortController();
    const relaying = new Relay({
      eventStore: store,
      channel: over,
      onError: (error) => say({ error }, 'relay'),
      onMended: (failures) => say({ failures }, 'relay'),
    });
    const running = relaying.run(stopping.signal);
    const stop = async () => {
      stopping.abort();
      await running;
    };
    closing.push(stop);
    return { relaying, stop };
  }

  const readModelOptions = {
    projections,
    partitions,
    databaseUrl: servers.databaseUrl,
    pool,
    eventStore: store,
    codec,
    log: { info: say, warn: say, error: say },
  };

  async function project(options: Partial<ProjectorOptions> = {}): Promise<Projector> {
    const listening = new Notifications(servers.databaseUrl);
    const projector = new Projector({ ...readModelOptions, notifications: listening, ...options });
    await projector.start();
    closing.push(async () => {
      await projector.stop();
      await listening.close();
    });
    return projector;
  }

  const consistency = () => new Consistency(pool, notifications, projections, partitions);

  /** Waits until all projections have that position, of one tenant or of all. */
  async function reached(position: bigint, tenantId?: string): Promise<void> {
    const names = projections.map(({ name }) => name);
    expect(await consistency().waitFor(names, position, { tenantId, timeoutMs: 60_000 })).toBe(true);
  }

  return {
    servers,
    pool,
    notifications,
    store,
    codec,
    log,
    append,
    appendRaw,
    open,
    channel,
    relay,
    project,
    consistency,
    reached,
    admin: new ProjectionAdmin(pool, projections),
    adminOf: (known: readonly AnyProjection[]) => new ProjectionAdmin(pool, known),
    readModelOptions,
    verifier: new ProjectionVerifier(readModelOptions),
    readModels: new ReadModels(pool),
    deposit: (tenantId: string, accountId: string, amount: number) =>
      append(tenantId, accountId, { type: 'Deposited', data: { amount } }),
    everything: async () => {
      const events: StoredEvent[] = [];
      for await (const event of store.readAll()) events.push(event);
      return events;
    },
    /** Ends what this test began; the servers stay. */
    tidy: async () => {
      for (const close of closing.splice(0).reverse()) await close();
      log.length = 0;
    },
    end: async () => {
      await notifications.close();
      await store.close();
      await pool.end();
      await servers.stop();
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;
