import { Module } from '@nestjs/common';
import { bookingQueries } from '@projections/booking';
import { BookingModule } from '@yoyaku/booking';
import { CatalogModule } from '@yoyaku/catalog';
import { AvailabilityController } from './availability.controller';
import { BlocksController } from './blocks.controller';
import { BookingStepsController } from './booking-steps.controller';
import { BookingsController } from './bookings.controller';

@Module({
  imports: [BookingModule, CatalogModule],
  controllers: [AvailabilityController, BlocksController, BookingsController, BookingStepsController],
  providers: bookingQueries,
})
export class BookingHttpModule {}
