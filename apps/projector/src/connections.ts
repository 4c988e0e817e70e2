import { migrate, PREFIX_SETTING } from '@yoyaku/composition';
import { type AnyAggregate, EventCodec, EventStoreDb, PostgresSubjectKeys, type Report } from '@yoyaku/eventing';
import { createPool, keepSetting, Notifications } from '@yoyaku/postgres';
import type { Pool } from 'pg';

export interface ConnectionOptions {
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  /** Prefix of our stream names in the store; absent: none. */
  readonly eventStorePrefix?: string;
  readonly piiMasterKey: Buffer;
  readonly piiMasterKeysOld: readonly Buffer[];
  readonly aggregates: readonly AnyAggregate[];
  /** Called with problems of the event store. */
  readonly report?: Report;
}

/** Connections to the event store, from which read models are made, and to PostgreSQL, where they are kept. */
export interface Connections {
  readonly pool: Pool;
  readonly notifications: Notifications;
  readonly eventStore: EventStoreDb;
  readonly codec: EventCodec;
  close(): Promise<void>;
}

/** Opens the connections, after bringing PostgreSQL's schema up to date. */
export async function connect(options: ConnectionOptions): Promise<Connections> {
  const {
    databaseUrl,
    eventStoreUrl,
    eventStorePrefix: prefix = '',
    piiMasterKey,
    piiMasterKeysOld,
    aggregates,
    report,
  } = options;
  await migrate(databaseUrl);
  const pool = createPool(databaseUrl, { application_name: 'yoyaku projector' });
  await keepSetting(pool, PREFIX_SETTING, prefix).catch(async (error) => {
    await pool.end();
    throw error;
  });
  const notifications = new Notifications(databaseUrl);
  const subjectKeys = new PostgresSubjectKeys(pool, piiMasterKey, piiMasterKeysOld);
  await subjectKeys.cacheWhileHearing(notifications);
  const codec = new EventCodec(aggregates, subjectKeys);
  const eventStore = new EventStoreDb(eventStoreUrl, { prefix, categories: codec.categories, report });
  return {
    pool,
    notifications,
    eventStore,
    codec,
    close: async () => {
      await eventStore.close();
      await notifications.close();
      await pool.end();
    },
  };
}
