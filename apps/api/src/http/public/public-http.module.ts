import { Module } from '@nestjs/common';
import { businessQueries } from '@projections/business';
import { catalogQueries } from '@projections/catalog';
import { BookingHttpModule } from '../booking/booking-http.module';
import { PublicController } from './public.controller';

@Module({
  imports: [BookingHttpModule],
  controllers: [PublicController],
  providers: [...businessQueries, ...catalogQueries],
})
export class PublicHttpModule {}
