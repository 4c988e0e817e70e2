import { Module } from '@nestjs/common';
import { businessQueries } from '@projections/business';
import { ServiceQueries } from '@projections/catalog';
import { BusinessModule } from '@yoyaku/business';
import { AdminBusinessesController } from './admin-businesses.controller';
import { BusinessesController } from './businesses.controller';
import { LocationsController } from './locations.controller';
import { OwnerBusinessesController } from './owner-businesses.controller';
import { Scopes } from './scopes';
import { StaffController } from './staff.controller';
import { VisibleBusinesses } from './visible-businesses';

@Module({
  imports: [BusinessModule],
  controllers: [
    BusinessesController,
    OwnerBusinessesController,
    LocationsController,
    AdminBusinessesController,
    StaffController,
  ],
  providers: [...businessQueries, Scopes, ServiceQueries, VisibleBusinesses],
  exports: [Scopes, VisibleBusinesses],
})
export class BusinessHttpModule {}
