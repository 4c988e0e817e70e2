import { type DynamicModule, Module } from '@nestjs/common';
import { EventingModule, type EventingOptions, PostgresSubjectKeys } from '@yoyaku/eventing';
import { OutboundModule } from '@yoyaku/outbound';
import { createPool, Notifications, PostgresModule } from '@yoyaku/postgres';
import { aggregates } from './aggregates';
import { type Config, PREFIX_SETTING } from './config';
import { migrations } from './migrations';

/** The base of every process: PostgreSQL with its schema up to date, and the write side with all aggregates. */
@Module({})
export class CoreModule {
  static async forRoot(
    config: Config,
    options: Pick<EventingOptions, 'metrics' | 'follow'> = {},
  ): Promise<DynamicModule> {
    const pool = createPool(config.databaseUrl);
    const notifications = new Notifications(config.databaseUrl);
    const subjectKeys = new PostgresSubjectKeys(pool, config.piiMasterKey, config.piiMasterKeysOld);
    // First, because this fails when PostgreSQL cannot be used. A listener would try to connect for ever and log
    // nothing.
    const postgres = await PostgresModule.forRoot({
      url: config.databaseUrl,
      pool,
      notifications,
      migrations,
      kept: { [PREFIX_SETTING]: config.eventStorePrefix },
    });
    await subjectKeys.cacheWhileHearing(notifications);
    return {
      module: CoreModule,
      imports: [
        postgres,
        OutboundModule.forRoot(config.outbound),
        EventingModule.forRoot({
          eventStoreUrl: config.eventStoreUrl,
          eventStorePrefix: config.eventStorePrefix,
          aggregates,
          subjectKeys,
          snapshotKey: config.snapshotKey,
          appSecret: config.appSecret,
          ...options,
        }),
      ],
    };
  }
}
