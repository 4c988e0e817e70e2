import { type DynamicModule, Module } from '@nestjs/common';
import { BookingQueries, OpenHoldQueries } from '@projections/booking';
import { ErasureQueries } from '@projections/customers';
import { BookingModule } from '@yoyaku/booking';
import { AuditModule, type Config, CoreModule, projections } from '@yoyaku/composition';
import { CustomersModule } from '@yoyaku/customers';
import { ProjectingModule } from '@yoyaku/projecting';
import { AuditVerifier } from './audit-verifier';
import { AutoCompletion } from './auto-completion';
import { CheckpointTaker } from './checkpoint-taker';
import { ErasureFinisher } from './erasure-finisher';
import { PendingExpiry } from './pending-expiry';
import { Reactions } from './reactions';
import { Reaper } from './reaper';

/** The work that becomes due with time. */
export const DUTIES = [Reaper, PendingExpiry, AutoCompletion, ErasureFinisher, CheckpointTaker, AuditVerifier];

@Module({})
export class ReactorModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ReactorModule,
      imports: [
        CoreModule.forRoot(config, { follow: false }),
        ProjectingModule.forRoot(projections, config.partitions),
        AuditModule.forRoot(config),
        BookingModule,
        CustomersModule,
      ],
      providers: [BookingQueries, OpenHoldQueries, ErasureQueries, Reactions, ...DUTIES],
    };
  }
}
