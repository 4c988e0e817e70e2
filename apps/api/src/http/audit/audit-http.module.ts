import { Module } from '@nestjs/common';
import { AuditQueries } from '@projections/audit';
import { AuditController } from './audit.controller';
import { HistoryController } from './history.controller';
import { StoredEvents } from './stored-events';
import { VerificationsController } from './verifications.controller';

@Module({
  controllers: [VerificationsController, HistoryController, AuditController],
  providers: [AuditQueries, StoredEvents],
})
export class AuditHttpModule {}
