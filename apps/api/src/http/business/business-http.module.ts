import { Module } from '@nestjs/common';
import { businessQueries } from '@projections/business';
import { ServiceQueries } from '@projections/catalog';
import { BusinessModule } from '@yoyaku/business';
import { AdminBusinessesController } from './admin-businesses.controller';
import { BusinessesController } from './businesses.controller';
import { LocationsController } from './locations.controller';
import { OwnerBusinessesController } from './owner-businesses.controller';
import { RolesController } from './roles.controller';
import { StaffController } from './staff.controller';
import { SubscriptionsController } from './subscriptions.controller';

@Module({
  imports: [BusinessModule],
  controllers: [
    BusinessesController,
    OwnerBusinessesController,
    LocationsController,
    AdminBusinessesController,
    StaffController,
    SubscriptionsController,
    RolesController,
  ],
  providers: [...businessQueries, ServiceQueries],
})
export class BusinessHttpModule {}
