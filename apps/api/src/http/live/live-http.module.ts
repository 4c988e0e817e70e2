import { Module } from '@nestjs/common';
import { BusinessQueries } from '@projections/business';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { AffectedDates } from './affected-dates';
import { Changes } from './changes';
import { Connections } from './connections';
import { LiveController } from './live.controller';
import { LiveFeed } from './live-feed';
import { RecentEvents } from './recent-events';

@Module({
  imports: [BusinessModule, CatalogModule],
  controllers: [LiveController],
  providers: [AffectedDates, BusinessQueries, Changes, Connections, LiveFeed, RecentEvents],
})
export class LiveHttpModule {}
