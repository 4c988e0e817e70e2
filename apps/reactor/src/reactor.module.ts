import { type DynamicModule, Module } from '@nestjs/common';
import { BookingQueries, OpenHoldQueries } from '@projections/booking';
import { BookingModule } from '@yoyaku/booking';
import { type Config, CoreModule, projections } from '@yoyaku/composition';
import { ProjectingModule } from '@yoyaku/projecting';
import { PendingExpiry } from './pending-expiry';
import { Reaper } from './reaper';

@Module({})
export class ReactorModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ReactorModule,
      imports: [CoreModule.forRoot(config), ProjectingModule.forRoot(projections, config.partitions), BookingModule],
      providers: [BookingQueries, OpenHoldQueries, Reaper, PendingExpiry],
    };
  }
}
