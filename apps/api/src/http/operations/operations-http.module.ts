import { Module } from '@nestjs/common';
import { HealthChecks } from './health';
import { HealthController } from './health.controller';
import { MetricsController } from './metrics.controller';
import { ProjectionsController } from './projections.controller';

@Module({ controllers: [HealthController, MetricsController, ProjectionsController], providers: [HealthChecks] })
export class OperationsHttpModule {}
