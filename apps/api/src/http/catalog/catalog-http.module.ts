import { Module } from '@nestjs/common';
import { bookingQueries } from '@projections/booking';
import { catalogQueries } from '@projections/catalog';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { AffectedBookings } from '../booking/affected-bookings';
import { OwnerResourcesController } from './owner-resources.controller';
import { OwnerServicesController } from './owner-services.controller';
import { PoliciesController } from './policies.controller';
import { ResourcesController } from './resources.controller';
import { SchedulesController } from './schedules.controller';
import { ServicesController } from './services.controller';

@Module({
  imports: [BookingModule, BusinessModule, CatalogModule],
  controllers: [
    ServicesController,
    OwnerServicesController,
    ResourcesController,
    OwnerResourcesController,
    SchedulesController,
    PoliciesController,
  ],
  providers: [...catalogQueries, ...bookingQueries, AffectedBookings],
})
export class CatalogHttpModule {}
