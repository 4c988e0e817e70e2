import { Module } from '@nestjs/common';
import { businessQueries } from '@projections/business';
import { catalogQueries } from '@projections/catalog';
import { SearchController } from './search.controller';

@Module({
  controllers: [SearchController],
  providers: [...businessQueries, ...catalogQueries],
})
export class SearchHttpModule {}
