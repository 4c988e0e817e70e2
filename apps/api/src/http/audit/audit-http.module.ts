import { Module } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import type { Config } from '@yoyaku/composition';
import { EventStoreDb } from '@yoyaku/eventing';
import { Auditor, Checkpoints, SigningKey } from '@yoyaku/platform';
import { Pool } from 'pg';
import { CONFIG } from '../../config';
import { AuditController } from './audit.controller';
import { HistoryController } from './history.controller';
import { StoredEvents } from './stored-events';

@Module({
  controllers: [AuditController, HistoryController],
  providers: [
    AuditQueries,
    StoredEvents,
    { provide: Checkpoints, inject: [Pool], useFactory: (pool: Pool) => new Checkpoints(pool) },
    { provide: SigningKey, inject: [CONFIG], useFactory: ({ appSecret }: Config) => new SigningKey(appSecret) },
    {
      provide: Auditor,
      inject: [EventStoreDb, Checkpoints, SigningKey, AuditQueries],
      useFactory: (...parts: ConstructorParameters<typeof Auditor>) => new Auditor(...parts),
    },
  ],
})
export class AuditHttpModule {}
