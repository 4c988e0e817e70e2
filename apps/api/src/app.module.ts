import { type DynamicModule, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { BookingModule } from '@yoyaku/booking';
import { BusinessModule } from '@yoyaku/business';
import { CatalogModule } from '@yoyaku/catalog';
import { AuditModule, type Config, CoreModule, projections } from '@yoyaku/composition';
import { CustomersModule } from '@yoyaku/customers';
import { IdentityModule } from '@yoyaku/identity';
import { NotificationsModule } from '@yoyaku/notifications';
import { ProjectingModule } from '@yoyaku/projecting';
import { ApiModule } from './api.module';
import { ConventionsModule } from './http/conventions/conventions.module';
import { HTTP_MODULES } from './http/routes';
import { Metrics } from './server/metrics';

const contexts = [BusinessModule, CatalogModule, CustomersModule, BookingModule];

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
        NotificationsModule.forRoot(config),
        AuditModule.forRoot(config),
        PassportModule,
        ConventionsModule,
        ...contexts,
        ...HTTP_MODULES,
      ],
    };
  }
}
