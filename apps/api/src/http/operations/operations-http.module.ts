import { Module } from '@nestjs/common';
import { exposeProjections, ProjectionAdmin } from '@yoyaku/projecting';
import { Metrics } from '../../server/metrics';
import { HealthChecks } from './health';
import { HealthController } from './health.controller';
import { ProjectionsController } from './projections.controller';
import { RebuildsController } from './rebuilds.controller';

@Module({
  controllers: [HealthController, ProjectionsController, RebuildsController],
  providers: [HealthChecks],
})
export class OperationsHttpModule {
  constructor(metrics: Metrics, projections: ProjectionAdmin) {
    exposeProjections(metrics.registry, projections);
  }
}
