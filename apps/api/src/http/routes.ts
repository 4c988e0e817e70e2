import type { INestApplication } from '@nestjs/common';
import { AuditHttpModule } from './audit/audit-http.module';
import { BookingHttpModule } from './booking/booking-http.module';
import { BusinessHttpModule } from './business/business-http.module';
import { CatalogHttpModule } from './catalog/catalog-http.module';
import { CustomersHttpModule } from './customers/customers-http.module';
import { IdentityHttpModule } from './identity/identity-http.module';
import { LiveHttpModule } from './live/live-http.module';
import { NotificationsHttpModule } from './notifications/notifications-http.module';
import { OperationsHttpModule } from './operations/operations-http.module';
import { PublicHttpModule } from './public/public-http.module';
import { SearchHttpModule } from './search/search-http.module';

/** Every controller there is. */
export const HTTP_MODULES = [
  AuditHttpModule,
  BookingHttpModule,
  IdentityHttpModule,
  LiveHttpModule,
  NotificationsHttpModule,
  OperationsHttpModule,
  PublicHttpModule,
  BusinessHttpModule,
  CatalogHttpModule,
  CustomersHttpModule,
  SearchHttpModule,
];

const PREFIX = 'api/v1';

/** Routes that do not stand below the prefix. */
export const AT_THE_ROOT = ['health', 'health/live', 'health/ready', `${PREFIX}/health`];

/** Puts every route where clients find it. */
export function placeRoutes(app: INestApplication): void {
  app.setGlobalPrefix(PREFIX, { exclude: AT_THE_ROOT });
}
