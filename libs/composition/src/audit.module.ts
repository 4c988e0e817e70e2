import { type DynamicModule, Module } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import { EventCodec, type EventStore, EventStoreDb } from '@yoyaku/eventing';
import { Auditor, Checkpoints, SigningKey, VerificationRunner, Verifications } from '@yoyaku/platform';
import { ReadModels } from '@yoyaku/projecting';
import { Pool } from 'pg';
import type { Config } from './config';

/** The auditor of an installation. Its witness is the audit log, which knows events that the store has lost. */
export const auditorOf = (
  { appSecret }: Pick<Config, 'appSecret'>,
  store: EventStore,
  codec: EventCodec,
  pool: Pool,
): Auditor =>
  new Auditor(store, new Checkpoints(pool), new SigningKey(appSecret), new AuditQueries(new ReadModels(pool), codec));

@Module({})
export class AuditModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      providers: [
        {
          provide: Auditor,
          inject: [EventStoreDb, EventCodec, Pool],
          useFactory: (store: EventStoreDb, codec: EventCodec, pool: Pool) => auditorOf(config, store, codec, pool),
        },
        { provide: Verifications, inject: [Pool], useFactory: (pool: Pool) => new Verifications(pool) },
        {
          provide: VerificationRunner,
          inject: [Verifications, Auditor],
          useFactory: (verifications: Verifications, auditor: Auditor) =>
            new VerificationRunner(verifications, auditor, config.databaseUrl),
        },
      ],
      exports: [Auditor, Verifications, VerificationRunner],
    };
  }
}
