import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { AuditModule, type Config, CoreModule, projections } from '@yoyaku/composition';
import { CustomersModule } from '@yoyaku/customers';
import { IdentityModule } from '@yoyaku/identity';
import { ProjectingModule } from '@yoyaku/projecting';
import { ApiModule } from './api.module';
import { AuditHttpModule } from './http/audit/audit-http.module';
import { BookingHttpModule } from './http/booking/booking-http.module';
import { BusinessHttpModule } from './http/business/business-http.module';
import { CatalogHttpModule } from './http/catalog/catalog-http.module';
import { ConventionsModule } from './http/conventions/conventions.module';
import { CustomersHttpModule } from './http/customers/customers-http.module';
import { IdentityHttpModule } from './http/identity/identity-http.module';
import { OperationsHttpModule } from './http/operations/operations-http.module';
import { Metrics } from './server/metrics';

const contexts = [BusinessModule, CatalogModule, CustomersModule, BookingModule];
const http = [
  AuditHttpModule,
  BookingHttpModule,
  IdentityHttpModule,
  OperationsHttpModule,
  BusinessHttpModule,
  CatalogHttpModule,
  CustomersHttpModule,
];

/** The HTTP edge over all contexts. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    const metrics = new Metrics();
    return {
      module: AppModule,
      imports: [
        CoreModule.forRoot(config, { metrics }),
        ProjectingModule.forRoot(projections, config.partitions),
        ApiModule.forRoot(config, metrics),
        IdentityModule.forRoot(config),
        AuditModule.forRoot(config),
        PassportModule,
        ConventionsModule,
        ...contexts,
        ...http,
      ],
    };
  }
}
