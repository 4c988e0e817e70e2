import { Module } from '@nestjs/common';
import { bookingQueries } from '@projections/booking';
import { businessQueries } from '@projections/business';
import { catalogQueries } from '@projections/catalog';
import { UserQueries } from '@projections/identity';
import { NotificationQueries } from '@projections/notifications';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { AffectedBookings } from '../booking/affected-bookings';
import { AdminBusinessesController } from './admin-businesses.controller';
import { ApiKeysController } from './api-keys.controller';
import { BusinessesController } from './businesses.controller';
import { LocationsController } from './locations.controller';
import { OwnerBusinessesController } from './owner-businesses.controller';
import { RegisterBusinessController } from './register-business.controller';
import { RolesController } from './roles.controller';
import { StaffController } from './staff.controller';
import { StatisticsController } from './statistics.controller';
import { SubscriptionsController } from './subscriptions.controller';
import { VerticalsController } from './verticals.controller';

@Module({
  imports: [BusinessModule, BookingModule],
  controllers: [
    BusinessesController,
    OwnerBusinessesController,
    LocationsController,
    AdminBusinessesController,
    StaffController,
    SubscriptionsController,
    RolesController,
    ApiKeysController,
    VerticalsController,
    RegisterBusinessController,
    StatisticsController,
  ],
  providers: [
    ...businessQueries,
    ...bookingQueries,
    ...catalogQueries,
    UserQueries,
    NotificationQueries,
    AffectedBookings,
  ],
})
export class BusinessHttpModule {}
