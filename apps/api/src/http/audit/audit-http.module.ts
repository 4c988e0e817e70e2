import { Module } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import { BusinessModule } from '@yoyaku/business';
import { aggregates } from '@yoyaku/composition';
import { AggregateStore, EventStoreDb } from '@yoyaku/eventing';
import { Differences } from '@yoyaku/platform';
import { AuditController } from './audit.controller';
import { Disclosures } from './disclosures';
import { HistoryController } from './history.controller';
import { SealedHistory } from './sealed-history';
import { StoredEvents } from './stored-events';
import { VerificationsController } from './verifications.controller';

@Module({
  imports: [BusinessModule],
  controllers: [VerificationsController, HistoryController, AuditController],
  providers: [
    AuditQueries,
    Disclosures,
    StoredEvents,
    { provide: SealedHistory, inject: [EventStoreDb], useFactory: (store: EventStoreDb) => new SealedHistory(store) },
    {
      provide: Differences,
      inject: [AggregateStore],
      useFactory: (store: AggregateStore) => new Differences(store, aggregates),
    },
  ],
})
export class AuditHttpModule {}
