import { Module } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import { aggregates } from '@yoyaku/composition';
import { AggregateStore } from '@yoyaku/eventing';
import { Differences } from '@yoyaku/platform';
import { AuditController } from './audit.controller';
import { HistoryController } from './history.controller';
import { StoredEvents } from './stored-events';
import { VerificationsController } from './verifications.controller';

@Module({
  controllers: [VerificationsController, HistoryController, AuditController],
  providers: [
    AuditQueries,
    StoredEvents,
    {
      provide: Differences,
      inject: [AggregateStore],
      useFactory: (store: AggregateStore) => new Differences(store, aggregates),
    },
  ],
})
export class AuditHttpModule {}
