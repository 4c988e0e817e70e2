import { Module } from '@nestjs/common';
import { bookingQueries } from '@projections/booking';
import { businessQueries } from '@projections/business';
import { catalogQueries } from '@projections/catalog';
import { customersQueries } from '@projections/customers';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { CustomersModule } from '@yoyaku/customers';
import { AffectedBookings } from './affected-bookings';
import { AppointmentsController } from './appointments.controller';
import { AssignToBookingController } from './assign-to-booking.controller';
import { AvailabilityController } from './availability.controller';
import { BlocksController } from './blocks.controller';
import { BookedFor } from './booked-for';
import { BookingExpansions } from './booking-expansions';
import { BookingInsightsController } from './booking-insights.controller';
import { BookingRequests } from './booking-requests';
import { BookingStepsController } from './booking-steps.controller';
import { BookingsController } from './bookings.controller';
import { CalendarEntries } from './calendar-entries';
import { CalendarFeedsController } from './calendar-feeds.controller';
import { OutsideCalendarsController } from './outside-calendars.controller';
import { PrivateAppointments } from './private-appointments';
import { SeriesController } from './series.controller';
import { TwoClicks } from './two-clicks';
import { WaitlistController } from './waitlist.controller';

@Module({
  imports: [BookingModule, BusinessModule, CatalogModule, CustomersModule],
  controllers: [
    AssignToBookingController,
    AvailabilityController,
    BlocksController,
    CalendarFeedsController,
    OutsideCalendarsController,
    SeriesController,
    BookingsController,
    AppointmentsController,
    BookingStepsController,
    BookingInsightsController,
    WaitlistController,
  ],
  providers: [
    BookingStepsController,
    ...bookingQueries,
    ...businessQueries,
    ...catalogQueries,
    ...customersQueries,
    AffectedBookings,
    BookedFor,
    BookingExpansions,
    BookingRequests,
    CalendarEntries,
    PrivateAppointments,
    TwoClicks,
  ],
  exports: [BookingRequests, ...bookingQueries],
})
export class BookingHttpModule {}
