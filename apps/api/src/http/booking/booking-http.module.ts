import { Module } from '@nestjs/common';
import { bookingQueries } from '@projections/booking';
import { BookingModule } from '@yoyaku/booking';
import { CatalogModule } from '@yoyaku/catalog';
import { BusinessHttpModule } from '../business/business-http.module';
import { AvailabilityController } from './availability.controller';
import { BlocksController } from './blocks.controller';
import { BookingRights } from './booking-rights';
import { BookingStepsController } from './booking-steps.controller';
import { BookingsController } from './bookings.controller';

@Module({
  imports: [BookingModule, BusinessHttpModule, CatalogModule],
  controllers: [AvailabilityController, BlocksController, BookingsController, BookingStepsController],
  providers: [...bookingQueries, BookingRights],
})
export class BookingHttpModule {}
